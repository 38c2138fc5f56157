/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * course grade --hidden DIR: checks that students never see, kept outside of the
 * tree as DIR/LAB/LESSON/NAME.bats. They run besides the lesson's own test.bats.
 */
#ifndef COURSE_GRADE_HIDDEN_H
#define COURSE_GRADE_HIDDEN_H

#include "course/run.h"

/*
 * Is the folder as it must be: outside of the tree, its folders named as lessons are,
 * its checks readable, a name given once in a lesson, and is one of them for a lesson that is
 * graded? COURSE_USAGE with one line in `why` when not: a check that is never run must not go
 * unnoticed.
 */
enum course_exit hidden_probe(const struct tree *tree, const char *dir,
			      struct lesson *const *graded, size_t n, struct strbuf *why);

/* The lesson's hidden checks join the run's. `dir` may be NULL: there are none. Returns run->code. */
enum course_exit hidden_add(struct run *run, const char *dir);

#endif
