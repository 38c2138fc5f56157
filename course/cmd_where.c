// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* course without a command: where the learner is, and the one next thing to do. */
#include <stdio.h>
#include <string.h>

#include "course/commands.h"
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
	printf("You are in %s%s%s  %s\n", colour(stdout, COLOUR_BOLD), lesson->name,
	       colour(stdout, COLOUR_OFF), lesson->conf.title);
	printf("  read  %s/README.md\n", lesson->name);
	for (size_t i = 0; i < lesson->conf.edit.n; i++)
		printf("  edit  %s/%s\n", tree_relative(tree, lesson->work),
		       lesson->conf.edit.v[i]);
}

static int run(struct tree *tree, void *input)
{
	struct lesson *lesson, *next;
	struct state state;

	(void)input;
	state_read(&state, tree);
	lesson = state_current(&state, tree);
	print_progress(tree, &state);
	if (lesson && !state_passed(&state, lesson) && overlay_started(lesson)) {
		print_current(tree, lesson);
		printf("Next: course check\n");
	} else {
		next = progress_next(tree, &state, lesson);
		if (next)
			printf("Next: course start    (%s  %s)\n", next->name, next->conf.title);
		else
			printf("Next: course list\n");
	}
	state_free(&state);
	return COURSE_OK;
}

const struct command cmd_where = {
	.name = "",
	.arguments = "[COMMAND [ARGUMENT...]]",
	.summary = "learn and check BPF, lesson by lesson",
	.description = "Without a command it says where you are and what to do next. "
		       "`course COMMAND --help` explains a command.",
	.parse = parse,
	.run = run,
};
