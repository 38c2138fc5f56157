/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * DIR/.batch.json: what belongs to a batch, so that a second start goes on with
 * the first one's seed, shards agree, and a report can tell what is missing.
 */
#ifndef COURSE_GRADE_BATCH_H
#define COURSE_GRADE_BATCH_H

#include "course/grade/grade.h"

/*
 * Reads the batch in DIR or begins one. Takes its seed over where none is asked
 * for; with another seed, or other submissions or lessons, the file is replaced. 0 or -errno, with
 * one line in `why`.
 */
int batch_open(struct batch *batch, struct strbuf *why);

/* The ids of DIR/.batch.json, in order. 0 or -errno. */
int batch_ids(const char *results, struct strv *ids);

#endif
