// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course without a command: where the learner is, and the one next thing to do. */
#include <stdio.h>
#include <string.h>

#include "course/attempt.h"
#include "course/commands.h"
#include "course/link.h"
#include "course/overlay.h"
#include "course/progress.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)key, (void)arg, (void)state;
	return ARGP_ERR_UNKNOWN;
}

static void print_progress(const struct tree *tree, const struct state *state)
{
	size_t passed = 0;

	for (size_t i = 0; i < tree->n; i++)
		passed += state_passed(state, &tree->lessons[i]);
	printf("%zu of %zu lessons passed.\n", passed, tree->n);
}

static void print_current(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR path = xasprintf("%s/README.md", lesson->dir);
	AUTO_STR readme = link_path(stdout, tree, path);

	printf("You are in %s%s%s  %s\n", colour(stdout, COLOUR_BOLD), lesson->name,
	       colour(stdout, COLOUR_OFF), lesson->conf.title);
	printf("  read  %s\n", readme);
	for (size_t i = 0; i < lesson->conf.edit.n; i++) {
		AUTO_STR file = xasprintf("%s/%s", lesson->work, lesson->conf.edit.v[i]);
		AUTO_STR link = link_path(stdout, tree, file);

		printf("  edit  %s\n", link);
	}
}

/* The files are as the last check saw them. */
static void print_failure(const struct result *result)
{
	switch (result->outcome) {
	case OUTCOME_FAILED:
		printf("The last check: %zu of %zu pass; the first that fails: %s\n",
		       result->passed, result->checks, result->check);
		printf("Next: mend that and type course check, or course hint\n");
		break;
	case OUTCOME_REFUSED:
		printf("The last check: the verifier refuses the program.\n");
		printf("Next: mend the line that course check names, or course hint\n");
		break;
	case OUTCOME_BUILD:
		printf("The last check: it does not compile.\n");
		printf("Next: mend the line that course check names\n");
		break;
	case OUTCOME_TIME:
		printf("The last check: it did not end in time, in check \"%s\".\n", result->check);
		printf("Next: mend that and type course check, or course hint\n");
		break;
	case OUTCOME_PASSED:
		printf("Next: course check\n");
		break;
	}
}

static void print_begun(const struct tree *tree, const struct state *state,
			const struct lesson *lesson)
{
	AUTO_STR missing = overlay_missing(tree, lesson);
	struct result result;

	print_current(tree, lesson);
	if (missing)
		printf("Next: course start %s    (%s is missing; this brings the starter's)\n",
		       lesson->name, missing);
	else if (attempt_known(state, lesson, &result))
		print_failure(&result);
	else if (state_result(state, lesson, &result))
		printf("Next: course check    (your files have changed since the last one)\n");
	else
		printf("Next: course check    (after reading and editing)\n");
}

static void print_next_lesson(const struct tree *tree, const struct state *state)
{
	struct lesson *current = state_current(state, tree);
	const struct lesson *next = progress_next(tree, state, current);
	AUTO_STR name = next ? progress_short_name(tree, next) : NULL;

	cli_print_sitting(progress_sitting_done(tree, state, current));
	/* The one that is current, but whose files are gone. */
	if (current && !state_passed(state, current) && !current->conf_error)
		printf("Next: course start %s    (your files for it are gone; this brings the "
		       "starter)\n",
		       current->name);
	else if (next)
		printf("Next: course start %s    (%s  %s)\n", name, next->name, next->conf.title);
	else if (tree->n)
		printf("You have passed every lesson there is. Next: git pull, for new ones\n");
	else
		printf("This tree has no lessons.\n");
}

static int run(struct tree *tree, void *input)
{
	struct lesson *lesson;
	struct state state;

	(void)input;
	state_read(&state, tree);
	lesson = state_current(&state, tree);
	print_progress(tree, &state);
	if (lesson && !state_passed(&state, lesson) && overlay_started(lesson))
		print_begun(tree, &state, lesson);
	else
		print_next_lesson(tree, &state);
	state_free(&state);
	return COURSE_OK;
}

const struct command cmd_where = {
	.name = "",
	.arguments = "[COMMAND [ARGUMENT...]]",
	.summary = "learn and check BPF, lesson by lesson",
	.description =
		"Without a command it says where you are and what to do next. "
		"`course COMMAND --help` explains a command.\n\n"
		"A LESSON is named lab03-xdp/02-parsing, lab03/02, or by any part that fits no "
		"other lesson, such as parsing. NO_COLOR switches colours off, "
		"FORCE_HYPERLINK=0 links. BUILD and COURSE_WORK move build/ and work/.",
	.examples = "course\ncourse start\ncourse check\ncourse hint",
	.see_also = "testenv --help, course/README.md. Shells complete course and testenv after "
		    "`. build/env`; in fish: source build/share/completion.fish",
	.parse = parse,
	.run = run,
};
