/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The lessons and checks that a report has columns for, and how many pass each. */
#ifndef COURSE_REPORT_COLUMNS_H
#define COURSE_REPORT_COLUMNS_H

#include "course/report/model.h"

/* Fills report->lessons and report->columns: in the order of the tree, then of the records. */
void columns_find(const struct tree *tree, struct report *report);

#endif
