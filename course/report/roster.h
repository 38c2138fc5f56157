/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* roster.csv: who is in the class. Rows are id, name. */
#ifndef COURSE_REPORT_ROSTER_H
#define COURSE_REPORT_ROSTER_H

#include "course/report/model.h"

/*
 * Gives submissions their names, and finds who handed nothing in. An id may be
 * written as the file is called, or as course calls it. 0, also where there is
 * no roster and none was asked for, or an exit code with one line in `why`.
 */
enum course_exit roster_merge(const struct report_source *from, const struct strv *ids,
			      struct report *report, struct strbuf *why);

#endif
