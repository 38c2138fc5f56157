/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Comparing shown output with real output. */
#ifndef COURSE_MATCH_H
#define COURSE_MATCH_H

#include "course/str.h"

/* In `shown`, "<...>" stands for one or more characters. Blanks at the end do not count. */
bool match_line(const char *shown, const char *real);

/*
 * In `shown`, a line "..." stands for any number of lines. With `anywhere`
 * lines may come before and after, and blanks at the beginning of lines do not
 * count. On false, `why` says which line did not match.
 */
bool match_lines(const struct strv *shown, const struct strv *real, bool anywhere,
		 struct strbuf *why);

#endif
