// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course start: makes a lesson current and gives the learner a copy to edit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "course/build.h"
#include "course/commands.h"
#include "course/files.h"
#include "course/link.h"
#include "course/overlay.h"
#include "course/progress.h"

static struct lesson *choose(const struct tree *tree, const char *name, int *code)
{
	struct lesson *lesson;
	struct state state;

	if (name)
		return cli_lesson(tree, name, code);
	*code = 0;
	state_read(&state, tree);
	lesson = progress_next(tree, &state, state_current(&state, tree));
	/* The current one, as long as it is not passed. */
	if (state_current(&state, tree) && !state_passed(&state, state_current(&state, tree)))
		lesson = state_current(&state, tree);
	state_free(&state);
	if (!lesson) {
		course_error(tree->n ? "every lesson is passed; name one to do again: course list"
				     : "this tree has no lessons");
		*code = COURSE_USAGE;
	}
	return lesson;
}

/* What comes before this lesson; what of it is not passed is worth a word, not a refusal. */
static void print_before(const struct tree *tree, const struct lesson *lesson)
{
	struct state state;

	state_read(&state, tree);
	for (size_t i = 0; i < lesson->conf.requires.n; i++) {
		const struct lesson *required = tree_lesson(tree, lesson->conf.requires.v[i]);

		if (required)
			printf("Before: %s  %s (%s)\n", required->name, required->conf.title,
			       state_passed(&state, required) ? "passed" : "not passed yet");
	}
	state_free(&state);
}

static void print_lesson(const struct tree *tree, const struct lesson *lesson, size_t copied)
{
	AUTO_STR readme = NULL;
	AUTO_STR link = NULL;

	printf("%s%s%s  %s\n", colour(stdout, COLOUR_BOLD), lesson->name,
	       colour(stdout, COLOUR_OFF), lesson->conf.title);
	print_before(tree, lesson);
	readme = xasprintf("%s/README.md", lesson->dir);
	link = link_path(stdout, tree, readme);
	printf("Read:   %s\n", link);
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR path = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);
		AUTO_STR file = link_path(stdout, tree, path);

		printf("%s %s%s\n", i ? "       " : "Edit:  ", file,
		       copied ? "" : "  (yours, as you left it)");
	}
	printf("Run:    . build/env puts this lesson's programs on your PATH, no other lesson's\n");
	printf("Then:   course check, or course watch to check on every save\n");
}

/* So that the lesson's loader is there to be run. Errors are for course check to tell. */
static void build_quietly(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_FD lock = build_lock_lesson(tree, lesson);
	AUTO_SB why = { 0 };

	if (lock >= 0)
		build_lesson(tree, lesson, "work", &why);
}

static int run(struct tree *tree, void *input)
{
	const struct cli_one *in = input;
	struct lesson *lesson;
	AUTO_STR failed = NULL;
	size_t copied;
	int code, err;

	lesson = choose(tree, in->lesson, &code);
	if (code)
		return code;
	if (lesson->conf_error) {
		course_error("%s", lesson->conf_error);
		return COURSE_INTERNAL;
	}
	err = overlay_start(lesson, &copied, &failed);
	if (err) {
		course_error("cannot write %s: %s", tree_relative(tree, failed), strerror(-err));
		return COURSE_MACHINE;
	}
	err = state_set_current(tree, lesson);
	if (err) {
		course_error("cannot write %s/.course: %s", tree_relative(tree, tree->work),
			     strerror(-err));
		return COURSE_MACHINE;
	}
	err = overlay_make_current(tree, lesson);
	if (err) {
		course_error("cannot write %s/run: %s", tree_relative(tree, tree->build),
			     strerror(-err));
		return COURSE_MACHINE;
	}
	print_lesson(tree, lesson, copied);
	fflush(stdout);
	build_quietly(tree, lesson);
	return COURSE_OK;
}

const struct command cmd_start = {
	.name = "start",
	.arguments = "[LESSON]",
	.summary = "begin a lesson",
	.description = "Makes the lesson the current one and copies the files you edit to work/. "
		       "A copy that is there already stays as it is. Without LESSON it is the "
		       "current one, or after a pass the next.\n\n"
		       "It builds the lesson, as course check does after each change. After "
		       "`. build/env` the lesson's programs are on your PATH.",
	.examples = "course start\ncourse start parsing\ncourse start lab03/02",
	.see_also = "course check, course watch, course reset",
	.parse = cli_parse_one,
	.input_size = sizeof(struct cli_one),
	.run = run,
};
