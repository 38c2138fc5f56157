// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course solution: the reference, after a pass, or at a price. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/tool/manual.h"
#include "course/attempt.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/link.h"
#include "course/overlay.h"
#include "course/proc.h"
#include "course/progress.h"

enum {
	OPT_DIFF = 256,
	OPT_FORCE
};

struct input {
	struct cli_one one;
	bool diff;
	bool force;
};

static const struct argp_option options[] = {
	{ "diff", OPT_DIFF, NULL, 0, "Show how it differs from your files.", 0 },
	{ "force", OPT_FORCE, NULL, 0,
	  "Show it without a pass. The lesson is then marked \"solution seen\" in course list, for "
	  "good; your points stay, and you can still pass.",
	  0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *in = state->input;

	switch (key) {
	case OPT_DIFF:
		in->diff = true;
		return 0;
	case OPT_FORCE:
		in->force = true;
		return 0;
	}
	return cli_parse_one(key, arg, state);
}

/* A pass of the files as they are now. */
static int verify_pass(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR argument = progress_argument(tree, lesson);
	struct attempt a;
	int code;

	code = attempt_make(&a, tree, lesson, run_random_seed());
	if (code) {
		attempt_print(&a, false);
		fflush(stdout);
	}
	if (code && code != COURSE_INTERRUPTED && overlay_started(lesson))
		printf("\nThe solution is shown when your files pass.\n"
		       "  a hint      course hint%s\n"
		       "  give up     course solution%s --force  (marks the lesson \"solution "
		       "seen\" in course list)\n",
		       argument, argument);
	attempt_free(&a);
	return code;
}

/* Says what it costs; where the lesson was passed before, nothing. */
static int pay(const struct tree *tree, const struct lesson *lesson)
{
	struct state state;
	bool free_of_charge;
	int err;

	state_read(&state, tree);
	free_of_charge = state_passed(&state, lesson) || state_solution_seen(&state, lesson);
	state_free(&state);
	if (free_of_charge)
		return COURSE_OK;
	err = state_set_solution_seen(tree, lesson);
	if (err) {
		course_error("cannot write %s/.course: %s", tree_relative(tree, tree->work),
			     strerror(-err));
		return COURSE_MACHINE;
	}
	fprintf(stderr,
		"%s is now marked \"solution seen\" in course list. Your points stay, and you can "
		"still pass it: close this, and write it yourself.\n\n",
		lesson->name);
	return COURSE_OK;
}

static int show_diff(const struct tree *tree, const char *mine, const char *reference)
{
	struct proc_result r = { 0 };
	AUTO_STRV argv = { 0 };
	struct proc proc = { .argv = &argv, .timeout_ms = 10000 };
	int code = COURSE_OK, err;

	strv_add(&argv, "diff");
	strv_add(&argv, "-u");
	if (manual_colour(stdout))
		strv_add(&argv, "--color=always");
	strv_addf(&argv, "--label=%s", tree_relative(tree, mine));
	strv_addf(&argv, "--label=%s", tree_relative(tree, reference));
	strv_add(&argv, is_file(mine) ? mine : "/dev/null");
	strv_add(&argv, reference);
	err = proc_run(&proc, &r);
	if (err || r.status > 1) {
		course_error("diff: %s", err ? strerror(-err) : sb_str(&r.err));
		code = COURSE_MACHINE;
	} else if (r.status) {
		fputs(sb_str(&r.out), stdout);
	} else {
		printf("%s is the same as the solution.\n", tree_relative(tree, mine));
	}
	proc_result_free(&r);
	return code;
}

static int show_file(const struct tree *tree, const char *reference)
{
	AUTO_STR link = link_path(stdout, tree, reference);
	AUTO_STR text = NULL;
	int err = file_read(reference, &text, NULL);

	if (err) {
		course_error("%s: %s", tree_relative(tree, reference), strerror(-err));
		return COURSE_INTERNAL;
	}
	printf("%s%s%s\n\n%s", colour(stdout, COLOUR_BOLD), link, colour(stdout, COLOUR_OFF), text);
	return COURSE_OK;
}

static int show(const struct tree *tree, const struct lesson *lesson, bool diff)
{
	int code = COURSE_OK;

	for (size_t i = 0; i < lesson->conf.edit.n && !code; i++) {
		const char *name = lesson->conf.edit.v[i];
		AUTO_STR mine = xasprintf("%s/%s", lesson->work, name);
		AUTO_STR reference = xasprintf("%s/solution/%s", lesson->dir, name);

		/* A file that the solution leaves as it was first. */
		if (!is_file(reference))
			continue;
		if (diff)
			code = show_diff(tree, mine, reference);
		else
			code = show_file(tree, reference);
	}
	return code;
}

static int run(struct tree *tree, void *input)
{
	const struct input *in = input;
	AUTO_STR folder = NULL;
	struct lesson *lesson;
	int code;

	lesson = cli_lesson(tree, in->one.lesson, &code);
	if (code)
		return code;
	folder = xasprintf("%s/solution", lesson->dir);
	if (!is_dir(folder)) {
		course_error("%s has no solution here: this tree was handed out without",
			     lesson->name);
		return COURSE_FAILED;
	}
	code = in->force ? pay(tree, lesson) : verify_pass(tree, lesson);
	return code ? code : show(tree, lesson, in->diff);
}

const struct command cmd_solution = {
	.name = "solution",
	.arguments = "[LESSON] [--diff] [--force]",
	.summary = "how we did it, after you did",
	.description =
		"Checks your files now, and when they pass, shows the reference: the same files as you "
		"edit. There are other right ways. Without a pass it says what to do instead. Without "
		"LESSON it takes the current one.",
	.examples =
		"course solution\ncourse solution --diff\ncourse solution parsing --force >parsing.txt",
	.see_also = "course hint, course check",
	.options = options,
	.parse = parse,
	.input_size = sizeof(struct input),
	.run = run,
};
