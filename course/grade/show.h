/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a teacher sees while a batch runs: a line for each submission on stdout,
 * and on a terminal below it how far it is. Ids are plain; messages are made so.
 */
#ifndef COURSE_GRADE_SHOW_H
#define COURSE_GRADE_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Counts of a batch. The caller sees to it that one thread at a time is here. */
struct show {
	size_t total;  /* of this shard */
	size_t done;   /* have a record */
	size_t reused; /* of these: had it before, or another grader made it */
	size_t errors; /* of these: without a verdict */
	long began;    /* clock_ms() */
};

/* One more is done. */
void show_record(struct show *show, const char *id, const json_t *record, bool reused);
/* The rest is being graded by others; says so once, on a terminal. */
void show_waiting(const struct show *show, size_t others);
/* The progress line goes; the summary comes, unless the batch was stopped. */
void show_end(const struct show *show, bool whole);

/*
 * Why it has fewer points than one might think, "  " in front; "" where the checks say it all. The
 * caller frees it.
 */
char *show_why(const json_t *record);

/* "12 of 40, 31 a minute, about 54 s left"; empty while nothing is known. The caller frees it. */
char *show_progress(const struct show *show, long now);

#endif
