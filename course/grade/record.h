/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What became of one submission: the record DIR/ID.json. Its form is described in
 * course/README.md. Records are made here and nowhere else.
 */
#ifndef COURSE_GRADE_RECORD_H
#define COURSE_GRADE_RECORD_H

#include <jansson.h>

#include "course/grade/intake.h"
#include "course/judge.h"

#define RECORD_SCHEMA 1

/* What a verdict depends on: with the same key, the same verdict. */
struct record_key {
	const char *id;
	const char *submission; /* SHA-256 */
	const char *suite;	/* SHA-256 */
	const char *isolation;
	const char *guest_kernel; /* of virtual machines; NULL: no lesson runs in one */
	unsigned long long seed;
};

/* A record without lessons. Never NULL. */
json_t *record_new(const struct record_key *key, const struct intake *in);

/* One lesson graded. `again`: the second run of what failed at first; NULL: there was none. */
void record_add(json_t *record, const struct run *run, const struct run *again, long milliseconds,
		const char *isolation);
/* One of which nothing was handed in. */
void record_add_missing(json_t *record, const struct run *run);
/* The submission as a whole cannot be read: no lesson counts. */
void record_invalid(json_t *record, const char *why);

/* Puts it into its place in one step. 0 or -errno. */
int record_write(json_t *record, const char *path);
/* NULL: there is none that can be read. */
json_t *record_read(const char *path);

/*
 * Would grading it again give the same? `now` is what record_new() made of the submission as it is,
 * after record_invalid() where it cannot be read. Not when the machine failed somewhere, or was too busy.
 */
bool record_holds(const json_t *record, const json_t *now, struct lesson *const *lessons, size_t n);

/* Points of all lessons together. */
int record_points(const json_t *record);
int record_max_points(const json_t *record);
/* Lessons or checks without a verdict, because the machine failed. */
size_t record_errors(const json_t *record);

#endif
