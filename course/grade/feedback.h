/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A record as a page for its student, in Markdown. */
#ifndef COURSE_GRADE_FEEDBACK_H
#define COURSE_GRADE_FEEDBACK_H

#include <jansson.h>

/*
 * Names no check that is not visible: of those the page has only how many there
 * are and how many passed. 0 or -errno.
 */
int feedback_write(json_t *record, const char *path);

#endif
