// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which lesson comes next, and how to type it. What was done is state.c. */
#include <stdlib.h>
#include <string.h>

#include "course/overlay.h"
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

enum readiness progress_ready(const struct tree *tree, const struct lesson *lesson,
			      struct strbuf *why)
{
	AUTO_STR missing = overlay_missing(tree, lesson);
	struct state state;
	bool begun;

	if (!missing)
		return READY;
	state_read(&state, tree);
	begun = overlay_started(lesson) || state_begun(&state, lesson);
	state_free(&state);
	if (begun)
		sb_addf(why, "%s is missing; the starter's comes back with: course start %s\n",
			missing, lesson->name);
	else
		sb_addf(why, "%s is not started; begin with: course start %s\n", lesson->name,
			lesson->name);
	return begun ? FILE_MISSING : NOT_STARTED;
}

size_t progress_sitting_done(const struct tree *tree, const struct state *state,
			     const struct lesson *lesson)
{
	size_t passed = 0;

	if (!lesson || !track_has(TRACK_FIRST, lesson))
		return 0;
	for (size_t i = 0; i < tree->n; i++) {
		if (!track_has(TRACK_FIRST, &tree->lessons[i]))
			continue;
		if (!state_passed(state, &tree->lessons[i]))
			return 0;
		passed++;
	}
	return passed;
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
