// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which lesson comes next, and how to type it. What was done is state.c. */
#include <stdlib.h>
#include <string.h>

#include "course/progress.h"

static bool open_to(const struct tree *tree, const struct state *state, const struct lesson *lesson)
{
	if (lesson->conf_error || state_passed(state, lesson))
		return false;
	for (size_t i = 0; i < lesson->conf.requires.n; i++) {
		const struct lesson *required = tree_lesson(tree, lesson->conf.requires.v[i]);

		if (required && !state_passed(state, required))
			return false;
	}
	return true;
}

struct lesson *progress_next(const struct tree *tree, const struct state *state,
			     const struct lesson *after)
{
	size_t start = after ? (size_t)(after - tree->lessons) + 1 : 0;

	for (int core = 1; core >= 0; core--) {
		for (size_t i = 0; i < tree->n; i++) {
			struct lesson *lesson = &tree->lessons[(start + i) % tree->n];

			if (lesson != after && open_to(tree, state, lesson) &&
			    (!strcmp(lesson->conf.level, "core")) == core)
				return lesson;
		}
	}
	return NULL;
}

char *progress_short_name(const struct tree *tree, const struct lesson *lesson)
{
	const char *base = strchr(lesson->name, '/') + 1;
	const char *dash = strchr(base, '-');
	AUTO_STR error = NULL;

	if (dash && tree_resolve(tree, dash + 1, &error) == lesson)
		return xstrdup(dash + 1);
	return xstrdup(lesson->name);
}
