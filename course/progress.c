// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which lesson comes next, and how to type it. What was done is state.c. */
#include <stdlib.h>
#include <string.h>

#include "course/progress.h"
#include "course/tracks.h"

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

/* What comes first has the lowest rank. */
static int rank(const struct lesson *lesson)
{
	if (track_has(TRACK_FIRST, lesson))
		return 0;
	return strcmp(lesson->conf.level, "core") ? 2 : 1;
}

struct lesson *progress_next(const struct tree *tree, const struct state *state,
			     const struct lesson *except)
{
	struct lesson *next = NULL;

	for (size_t i = 0; i < tree->n; i++) {
		struct lesson *lesson = &tree->lessons[i];

		if (lesson != except && open_to(tree, state, lesson) &&
		    (!next || rank(lesson) < rank(next)))
			next = lesson;
	}
	return next;
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

char *progress_argument(const struct tree *tree, const struct lesson *lesson)
{
	AUTO_STR name = progress_short_name(tree, lesson);
	struct state state;
	bool current;

	state_read(&state, tree);
	current = state_current(&state, tree) == lesson;
	state_free(&state);
	return current ? xstrdup("") : xasprintf(" %s", name);
}
