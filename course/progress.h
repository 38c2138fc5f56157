/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The path through the lessons: what comes next. */
#ifndef COURSE_PROGRESS_H
#define COURSE_PROGRESS_H

#include "course/state.h"

/*
 * The lesson to do after `after` (NULL: from the beginning): not passed, all
 * that it requires passed; core lessons before others; the first behind
 * `after`, else the first of all. NULL: none is left.
 */
struct lesson *progress_next(const struct tree *tree, const struct state *state,
			     const struct lesson *after);

/* The shortest name that means this lesson only, as one types it. The caller frees it. */
char *progress_short_name(const struct tree *tree, const struct lesson *lesson);

#endif
