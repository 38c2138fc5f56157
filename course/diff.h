/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How much a learner has to write. */
#ifndef COURSE_DIFF_H
#define COURSE_DIFF_H

#include "course/str.h"

/* Lines of `after` that `before` has not, in order; empty lines and comments do not count. */
size_t diff_added(const char *before, const char *after);

#endif
