/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Tracks: ways through the lessons. A lesson is in the track of its lab and in
 * those that `tracks` of its lesson.conf names.
 */
#ifndef COURSE_TRACKS_H
#define COURSE_TRACKS_H

#include "course/tree.h"

#define TRACK_FIRST "first" /* the first sitting */

/* What the track of this name is, in a few words. */
const char *track_what(const char *track);

/* The tracks of one lesson, and of all lessons of the tree, each once. */
void tracks_of(const struct lesson *lesson, struct strv *tracks);
void tracks_all(const struct tree *tree, struct strv *tracks);

bool track_has(const char *track, const struct lesson *lesson);

/* Is the lesson not in the track, but required, directly or not, by one that is? */
bool track_requires(const struct tree *tree, const char *track, const struct lesson *lesson);

#endif
