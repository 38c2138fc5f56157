// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which lesson is in which track. In what order lessons are done is progress.c. */
#include <string.h>

#include "course/tracks.h"

/* The track of a lab; a lab that is not here has none. */
static const struct {
	const char *lab;
	const char *track;
} labs[] = {
	{ "lab01", "basics" },	{ "lab02", "basics" },	{ "lab03", "network" },
	{ "lab04", "sockets" }, { "lab05", "tracing" },
};

const char *track_what(const char *track)
{
	static const struct {
		const char *track;
		const char *what;
	} known[] = {
		{ TRACK_FIRST, "the first sitting" },
		{ "basics", "from C to a program in the kernel" },
		{ "network", "packets before the network stack" },
		{ "sockets", "data between sockets" },
		{ "tracing", "what the machine is doing" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].track, track))
			return known[i].what;
	return "";
}

static const char *track_of_lab(const struct lesson *lesson)
{
	for (size_t i = 0; i < ARRAY_SIZE(labs); i++)
		if (tree_in_lab(lesson, labs[i].lab))
			return labs[i].track;
	return NULL;
}

static void add_once(struct strv *tracks, const char *track)
{
	if (!strv_has(tracks, track))
		strv_add(tracks, track);
}

void tracks_of(const struct lesson *lesson, struct strv *tracks)
{
	const char *main_track = track_of_lab(lesson);

	for (size_t i = 0; i < lesson->conf.tracks.n; i++)
		add_once(tracks, lesson->conf.tracks.v[i]);
	if (main_track)
		add_once(tracks, main_track);
}

void tracks_all(const struct tree *tree, struct strv *tracks)
{
	for (size_t i = 0; i < tree->n; i++)
		tracks_of(&tree->lessons[i], tracks);
}

bool track_has(const char *track, const struct lesson *lesson)
{
	AUTO_STRV tracks = { 0 };

	tracks_of(lesson, &tracks);
	return strv_has(&tracks, track);
}

/* `depth` ends a circle, which verify reports. */
static bool needs(const struct tree *tree, const struct lesson *lesson,
		  const struct lesson *required, size_t depth)
{
	for (size_t i = 0; depth && i < lesson->conf.requires.n; i++) {
		const struct lesson *next = tree_lesson(tree, lesson->conf.requires.v[i]);

		if (next && (next == required || needs(tree, next, required, depth - 1)))
			return true;
	}
	return false;
}

bool track_requires(const struct tree *tree, const char *track, const struct lesson *lesson)
{
	if (track_has(track, lesson))
		return false;
	for (size_t i = 0; i < tree->n; i++)
		if (track_has(track, &tree->lessons[i]) &&
		    needs(tree, &tree->lessons[i], lesson, tree->n))
			return true;
	return false;
}
