/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the learner has done: WORK/.course/state.json. */
#ifndef COURSE_STATE_H
#define COURSE_STATE_H

#include <jansson.h>

#include "course/tree.h"

struct state {
	char *folder; /* WORK/.course */
	char *path;
	json_t *root;
};

/*
 * Reads the state; a missing file is an empty state. A file that cannot be
 * read as state is put aside, which is said in one line. Returns 0 or -errno.
 */
int state_read(struct state *state, const struct tree *tree);
void state_free(struct state *state);

/* The current lesson; NULL before the first start. */
struct lesson *state_current(const struct state *state, const struct tree *tree);
bool state_passed(const struct state *state, const struct lesson *lesson);
int state_points(const struct state *state, const struct lesson *lesson); /* -1: never checked */

/*
 * Changes: each takes a lock, reads the newest state, changes it and replaces
 * the file in one step, so that two commands at once lose nothing. 0 or -errno.
 */
int state_set_current(const struct tree *tree, const struct lesson *lesson);
int state_record(const struct tree *tree, const struct lesson *lesson, bool passed, int points,
		 unsigned long long seed);

#endif
