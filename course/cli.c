// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From a command line to a command: options by argp, --help as a manual page,
 * lesson names to lessons. The commands themselves are cmd_*.c, completion is
 * completion.c.
 */
#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/tool/manual.h"
#include "course/cli.h"
#include "course/interrupt.h"

void cli_help(const struct command *c)
{
	struct manual manual = {
		.tool = "course",
		.command = c->name,
		.synopsis = c->arguments,
		.summary = c->summary,
		.description = c->description,
		.options = c->options,
		.examples = c->examples,
		.exit_status =
			c->exit_status
				? c->exit_status
				: "0 done, passed; 1 a check failed or the verifier refused the program; 2 "
				  "wrong command line; 3 files missing or not compiling; 4 this machine "
				  "cannot run it; 5 internal error; 6 time limit; 130 interrupted.",
		.see_also = c->see_also,
	};

	manual_print(&manual);
}

int cli_become_owner(const char *top)
{
	struct passwd *pw;
	struct stat st;

	if (geteuid() || stat(top, &st) || !st.st_uid)
		return 0;
	pw = getpwuid(st.st_uid);
	if ((pw ? initgroups(pw->pw_name, pw->pw_gid) : setgroups(0, NULL)) ||
	    setgid(pw ? pw->pw_gid : st.st_gid) || setuid(st.st_uid)) {
		course_error("cannot become the owner of %s (user %u): %s", top, st.st_uid,
			     strerror(errno));
		return COURSE_INTERNAL;
	}
	if (pw) {
		setenv("HOME", pw->pw_dir, 1);
		setenv("USER", pw->pw_name, 1);
		setenv("LOGNAME", pw->pw_name, 1);
	}
	return 0;
}

int cli_run(const struct command *command, int argc, char **argv)
{
	struct argp argp = { .options = command->options, .parser = command->parse };
	AUTO_STR shown = xasprintf("course%s%s", *command->name ? " " : "", command->name);
	struct tree tree = { 0 };
	void *input;
	int code;

	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		/* argp's own error messages point to --usage as well. */
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h") ||
		    !strcmp(argv[i], "--usage")) {
			cli_help(command);
			return COURSE_OK;
		}
	}
	input = xrealloc(NULL, command->input_size + 1);
	memset(input, 0, command->input_size + 1);
	argv[0] = shown;
	argp_err_exit_status = COURSE_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, input)) {
		code = COURSE_USAGE;
		goto out;
	}
	code = tree_open(&tree);
	if (!code)
		code = cli_become_owner(tree.top);
	if (!code) {
		interrupt_init();
		code = command->run(&tree, input);
	}
	if (interrupted())
		code = COURSE_INTERRUPTED;
	if (fflush(stdout) || ferror(stdout)) {
		course_error("cannot write to standard output");
		code = COURSE_INTERNAL;
	}
out:
	tree_close(&tree);
	if (command->free_input)
		command->free_input(input);
	free(input);
	return code;
}

static struct lesson *current(const struct tree *tree, int *code)
{
	struct lesson *lesson = NULL;
	struct state state;

	if (!state_read(&state, tree))
		lesson = state_current(&state, tree);
	state_free(&state);
	if (!lesson) {
		course_error("no lesson is started; begin with: course start");
		*code = COURSE_USAGE;
	}
	return lesson;
}

struct lesson *cli_lesson(const struct tree *tree, const char *name, int *code)
{
	struct lesson *lesson;
	AUTO_STR error = NULL;

	*code = 0;
	if (!name)
		return current(tree, code);
	lesson = tree_resolve(tree, name, &error);
	if (!lesson) {
		course_error("%s", error);
		*code = COURSE_USAGE;
	}
	return lesson;
}

static void add_once(struct lesson **lessons, size_t *n, struct lesson *lesson)
{
	for (size_t i = 0; i < *n; i++)
		if (lessons[i] == lesson)
			return;
	lessons[(*n)++] = lesson;
}

int cli_lessons(const struct tree *tree, const struct strv *names, struct lesson ***lessons,
		size_t *n)
{
	size_t wanted = names->n ? names->n : 1;
	int code = 0;

	*n = 0;
	*lessons = xrealloc(NULL, (tree->n + 1) * sizeof(**lessons));
	for (size_t i = 0; i < wanted && !code; i++) {
		const char *name = names->n ? names->v[i] : NULL;
		size_t before = *n;
		struct lesson *lesson;

		for (size_t j = 0; name && j < tree->n; j++)
			if (tree_in_lab(&tree->lessons[j], name))
				add_once(*lessons, n, &tree->lessons[j]);
		if (*n > before)
			continue;
		lesson = cli_lesson(tree, name, &code);
		if (lesson)
			add_once(*lessons, n, lesson);
	}
	return code;
}

error_t cli_parse_one(int key, char *arg, struct argp_state *state)
{
	struct cli_one *in = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (in->lesson)
		argp_error(state, "one lesson at a time");
	in->lesson = arg;
	return 0;
}

void cli_print_sitting(size_t lessons)
{
	if (lessons)
		printf("The first sitting is complete: all %zu lessons of it are passed. A good "
		       "place to stop.\nAll lessons, by track: course list\n",
		       lessons);
}

bool cli_number(const char *text, unsigned long long *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return isdigit((unsigned char)*text) && !*end && !errno;
}
