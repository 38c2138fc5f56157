/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The suite: everything of ours that a verdict depends on, as one number. */
#ifndef COURSE_GRADE_SUITE_H
#define COURSE_GRADE_SUITE_H

#include "course/tree.h"

/*
 * SHA-256 in hex over the lessons' files, what they are built and checked with, and what makes their
 * environments and sandboxes;
 * `hidden` is the folder of hidden checks, or NULL.
 */
char *suite_sha256(const struct tree *tree, struct lesson *const *lessons, size_t n,
		   const char *hidden);

/*
 * The seed of one submission: it follows from the batch's seed and the id alone,
 * so that order and shards change nothing. Never 0; fits in 32 bits.
 */
unsigned long long suite_seed(unsigned long long batch, const char *id);

#endif
