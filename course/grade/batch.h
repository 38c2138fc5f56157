/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * DIR/.batch.json: what belongs to a batch, so that a second start goes on with
 * the first one's seed, shards agree, and a report can tell what is missing.
 */
#ifndef COURSE_GRADE_BATCH_H
#define COURSE_GRADE_BATCH_H

#include <jansson.h>

#include "course/grade/grade.h"

/*
 * Reads the batch in DIR or begins one. Takes its seed over where none is asked
 * for. Submissions join those that are in it, the lessons are the newest ones. 0 or -errno, with
 * one line in `why`.
 */
int batch_open(struct batch *batch, struct strbuf *why);

/* What a report needs to know of it. batch_free() in any case. */
struct batch_known {
	struct strv ids; /* in order */
	char *suite;	 /* of the newest command; NULL: an older course has not written it down */
	char *seed;
};

/* 0 or -errno. */
int batch_read(const char *results, struct batch_known *known);
void batch_free(struct batch_known *known);

/* Has the record been made as the newest command would make it: the same checks and seed? */
bool batch_is_current(const struct batch_known *known, const json_t *record);

#endif
