/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The path through the lessons: what comes next. */
#ifndef COURSE_PROGRESS_H
#define COURSE_PROGRESS_H

#include "course/state.h"

/*
 * The lesson to do next, other than `except` (may be NULL): not passed, all
 * that it requires passed; the first sitting, then core lessons, then the
 * others, each in the order of the tree. NULL: none is left.
 */
struct lesson *progress_next(const struct tree *tree, const struct state *state,
			     const struct lesson *except);

enum readiness {
	READY,
	NOT_STARTED,
	FILE_MISSING, /* of a lesson that was started */
};

/* Are the learner's files there? Where not, one line in `why` says so, and what to do. */
enum readiness progress_ready(const struct tree *tree, const struct lesson *lesson,
			      struct strbuf *why);

/* How many lessons the first sitting has, when all are passed and `lesson` is one of them; else 0. */
size_t progress_sitting_done(const struct tree *tree, const struct state *state,
			     const struct lesson *lesson);

/* The shortest name that means this lesson only, as one types it. The caller frees it. */
char *progress_short_name(const struct tree *tree, const struct lesson *lesson);

/*
 * How the lesson is typed behind a command: " NAME", or nothing for the current
 * lesson. The caller frees it.
 */
char *progress_argument(const struct tree *tree, const struct lesson *lesson);

#endif
