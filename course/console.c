// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Runs the `console` blocks of a lesson's text as a learner would: in one
 * shell in `testenv run`, with the overlay's programs on PATH. A mark between
 * the commands tells their outputs apart.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tool/patience.h"
#include "course/console.h"
#include "course/match.h"
#include "course/testenv.h"
#include "course/vm.h"

#define MARK "@@course:"

struct command {
	struct strbuf text;
	struct strv shown;
};

/* "$ " begins a command; a backslash at its end continues it. The rest is output. */
static struct command *split_commands(const struct md_block *block, size_t *n)
{
	struct command *commands = NULL, *c = NULL;
	bool continued = false;

	*n = 0;
	for (size_t i = 0; i < block->lines.n; i++) {
		const char *line = block->lines.v[i];

		if (!continued && starts_with(line, "$ ")) {
			commands = xrealloc(commands, (*n + 1) * sizeof(*commands));
			c = &commands[(*n)++];
			*c = (struct command){ 0 };
			sb_add(&c->text, line + 2);
		} else if (c && continued) {
			sb_addf(&c->text, "\n%s", line);
		} else if (c) {
			strv_add(&c->shown, line);
			continue;
		} else {
			continue;
		}
		continued = ends_with(line, "\\");
	}
	return commands;
}

static void free_commands(struct command *commands, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sb_free(&commands[i].text);
		strv_free(&commands[i].shown);
	}
	free(commands);
}

static int time_limit(const struct lesson *lesson, const char *machine)
{
	return lesson->conf.timeout * (machine ? VM_SLOWNESS : 1);
}

static void shell_argv(const struct tree *tree, const struct lesson *lesson, const char *overlay,
		       const char *machine, const char *script, struct strv *argv)
{
	const char *path = getenv("PATH");

	if (machine)
		vm_exec_argv(tree, machine, argv);
	testenv_argv(tree, argv);
	strv_add(argv, "run");
	strv_addf(argv, "--topology=%s", lesson->conf.topology);
	strv_addf(argv, "--timeout=%d", time_limit(lesson, machine));
	if (!machine)
		strv_add(argv, "--patient");
	strv_add(argv, "--");
	strv_add(argv, "env");
	strv_add(argv, "LAB_SEED=1");
	strv_addf(argv, "PATH=%s/run/%s/%s:%s/bin:%s", tree->build, lesson->name, overlay,
		  tree->build, path ? path : "/usr/bin:/bin");
	strv_add(argv, "bash");
	strv_add(argv, "-c");
	strv_add(argv, script);
}

/* The output between mark i and mark i + 1, as lines. */
static void output_of(const char *output, size_t i, struct strv *lines)
{
	AUTO_STR begin = xasprintf("\n" MARK "%zu@@\n", i);
	AUTO_STR end = xasprintf("\n" MARK "%zu@@\n", i + 1);
	const char *from = strstr(output, begin), *to;
	AUTO_STR part = NULL;

	if (!from)
		return;
	from += strlen(begin);
	/* The mark's own newline may be the last of the output before it. */
	to = strstr(from - 1, end);
	part = xstrndup(from, to && to > from ? (size_t)(to - from) : to ? 0 : strlen(from));
	strv_lines(lines, part);
}

static enum course_exit compare(const struct command *commands, size_t n, const char *output,
				struct strbuf *why)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_STRV real = { 0 };
		AUTO_SB difference = { 0 };

		output_of(output, i, &real);
		if (match_lines(&commands[i].shown, &real, false, &difference))
			continue;
		sb_addf(why, "$ %s: %s", commands[i].text.s, sb_str(&difference));
		return COURSE_FAILED;
	}
	return COURSE_OK;
}

enum course_exit console_run(const struct tree *tree, const struct lesson *lesson,
			     const char *overlay, const char *machine, const struct md_block *block,
			     struct strbuf *why)
{
	AUTO_SB script = { 0 };
	AUTO_STRV argv = { 0 };
	AUTO_STR complaint = NULL;
	struct proc proc = { .argv = &argv, .cwd = tree->top };
	enum course_exit code = COURSE_INTERNAL;
	struct proc_result r = { 0 };
	struct command *commands;
	size_t n;
	int err;

	commands = split_commands(block, &n);
	sb_add(&script, "exec 2>&1\n");
	for (size_t i = 0; i < n; i++)
		sb_addf(&script, "printf '\\n" MARK "%zu@@\\n'\n%s\n", i, commands[i].text.s);
	sb_addf(&script, "printf '\\n" MARK "%zu@@\\n'\n", n);
	shell_argv(tree, lesson, overlay, machine, script.s, &argv);
	proc.timeout_ms = (time_limit(lesson, machine) * (machine ? 1 : PATIENCE) + 15) * 1000;
	err = machine ? proc_run(&proc, &r) : testenv_proc(&proc, &r);
	complaint = testenv_complaint(&r);
	if (err)
		sb_addf(why, "cannot start testenv: %s", strerror(-err));
	else if (r.interrupted)
		code = COURSE_INTERRUPTED;
	else if (r.timed_out || r.status == 124)
		sb_addf(why, "time limit of %d s reached", time_limit(lesson, machine));
	else if (complaint)
		sb_add(why, complaint);
	else
		code = compare(commands, n, sb_str(&r.out), why);
	proc_result_free(&r);
	free_commands(commands, n);
	return code;
}
