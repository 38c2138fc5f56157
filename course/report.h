/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Printing the outcome of checks: for people, as TAP 13, as JSON. */
#ifndef COURSE_REPORT_H
#define COURSE_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "course/judge.h"

/* For people, to `out`. `all`: every failing check in full. */
void report_human(FILE *out, const struct run *run, const struct judgement *j, bool all);

/* Test points first..first + run->list.n - 1 of a stream whose plan the caller prints. */
void report_tap(const struct run *run, size_t first);

/* One element of "lessons". */
json_t *report_json(const struct run *run, const struct judgement *j);

#endif
