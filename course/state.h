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
/* Has it ever been made current? Its files may be gone since. */
bool state_begun(const struct state *state, const struct lesson *lesson);
bool state_passed(const struct state *state, const struct lesson *lesson);
int state_points(const struct state *state, const struct lesson *lesson); /* -1: never checked */
bool state_solution_seen(const struct state *state, const struct lesson *lesson);
/* How many levels of a section of hints.md have been shown. */
size_t state_hints(const struct state *state, const struct lesson *lesson, const char *section);

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_FAILED,	 /* `check` is the first that failed */
	OUTCOME_REFUSED, /* by the verifier, in `check` first */
	OUTCOME_BUILD,	 /* it does not compile */
	OUTCOME_TIME,	 /* the time limit was reached in `check` */
};

/* What came out of a check. */
struct result {
	enum outcome outcome;
	const char *check; /* NULL when there is none to name */
	size_t passed;
	size_t checks;
	int points;
	unsigned long long seed;
	const char *files; /* overlay_fingerprint() of what was checked */
};

/* The newest result; its texts live as long as the state. False: never checked. */
bool state_result(const struct state *state, const struct lesson *lesson, struct result *result);

/*
 * Changes: each takes a lock, reads the newest state, changes it and replaces
 * the file in one step, so that two commands at once lose nothing. 0 or -errno.
 */
int state_set_current(const struct tree *tree, const struct lesson *lesson);
int state_record(const struct tree *tree, const struct lesson *lesson, const struct result *result);
int state_set_hints(const struct tree *tree, const struct lesson *lesson, const char *section,
		    size_t levels);
int state_set_solution_seen(const struct tree *tree, const struct lesson *lesson);

#endif
