/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * overrides.csv: where a teacher decides otherwise. Rows are id, check, points,
 * reason; the check is "LAB/LESSON: NAME", or NAME alone where one lesson has it.
 */
#ifndef COURSE_REPORT_OVERRIDES_H
#define COURSE_REPORT_OVERRIDES_H

#include "course/report/model.h"

struct overrides {
	const char *path;
	char *own_path;
	struct table table;
	const char **whose; /* of each row: the id that it means; NULL: nobody's */
	bool *used;
	char **errors; /* why a row cannot be applied; NULL: it can */
};

/* 0, also where there is none and none was asked for, or an exit code with `why`. `ids` must stay. */
enum course_exit overrides_read(const struct report_source *from, const struct strv *ids,
				struct overrides *overrides, struct strbuf *why);
/* Changes points, score and status of the record's checks, and its sums. */
void overrides_apply(const struct overrides *overrides, const char *id, json_t *record);
/* Fails at the first row that could not be applied. */
enum course_exit overrides_all_used(const struct overrides *overrides, const struct strv *missing,
				    struct strbuf *why);
void overrides_free(struct overrides *overrides);

/* The path to read: the one asked for, else DIR/NAME where it is, else NULL. The caller frees it. */
char *report_source_file(const char *asked, const char *results, const char *name);

#endif
