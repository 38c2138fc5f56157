/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Grading a batch of submissions: one record each, in any order, resumable. */
#ifndef COURSE_GRADE_GRADE_H
#define COURSE_GRADE_GRADE_H

#include "course/grade/place.h"
#include "course/grade/submission.h"
#include "course/tree.h"

/* How a batch was asked for. Strings and arrays are the caller's. */
struct batch {
	const struct tree *tree;
	struct submissions subs; /* all of them, also those of other shards */
	struct lesson *const *lessons;
	size_t n_lessons;
	const char *results; /* the folder DIR */
	enum isolation isolation;
	const char *hidden;   /* a folder of hidden checks, absolute; NULL: none */
	size_t shard, shards; /* 1..shards */
	size_t jobs;
	const struct strv *regrade; /* ids, or "all" */
	bool seeded;
	unsigned long long seed; /* set by grade_batch() where not seeded */
	char *suite;		 /* set by grade_batch(): SHA-256, suite.h */
};

/*
 * Grades what has no record yet that holds. Prints a line for each submission
 * and a summary. Returns COURSE_OK when each has a verdict, COURSE_MACHINE when
 * the machine failed some, or another exit code, having said why.
 */
enum course_exit grade_batch(struct batch *batch);

#endif
