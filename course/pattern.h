/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Do failures look like those of a known wrong solution? */
#ifndef COURSE_PATTERN_H
#define COURSE_PATTERN_H

#include "course/judge.h"

/*
 * Did this run fail as `expect` says: the checks, the verifier's or the
 * compiler's words? If not, `why` says what is different.
 */
bool pattern_fits(const struct run *run, const struct expect *expect, struct strbuf *why);

/* Fills in fitting, pattern_case and pattern_says of the judgement. */
void pattern_find(const struct run *run, struct judgement *j);

#endif
