/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What all formats are made of: the records of a batch, merged, with the names
 * of the roster and the teacher's overrides in them. Made once, then only read.
 * All texts are harmless in the sense of text.h.
 */
#ifndef COURSE_REPORT_MODEL_H
#define COURSE_REPORT_MODEL_H

#include <jansson.h>

#include "course/report/table.h"
#include "course/tree.h"

struct report_check {
	const char *name;
	const char *visibility;
	const char *status;  /* passed, failed, timeout, skipped, unstable, error */
	const char *message; /* "" without one */
	int points, score;
	long milliseconds;  /* -1: unknown */
	const char *reason; /* of an override; NULL: there is none */
	int graded_score;   /* before it */
	bool shown;	    /* may its student know of it? */
};

struct report_lesson {
	const char *name;
	const char *status; /* as in the record */
	const char *message;
	int points, max_points;
	double seconds;
	const char *limits; /* that were hit: "time, memory"; "" for none */
	struct report_check *checks;
	size_t n;
};

struct report_submission {
	const char *id;
	const char *name;   /* of the roster; "" when unknown */
	const char *status; /* graded, invalid */
	const char *message;
	const char *log;    /* a file name beside the record; "" without one */
	const char *sha256; /* of what was handed in */
	int points, max_points;
	size_t errors; /* without a verdict, as the machine failed */
	struct strv ignored;
	size_t n_ignored;
	struct report_lesson *lessons;
	size_t n;
	json_t *record; /* with the overrides in it */
};

/* One check of the course, over all submissions. */
struct report_column {
	const char *lesson;
	const char *check;
	const char *visibility;
	int points;
	size_t passed, of; /* of: how many submissions have a verdict on it */
	bool shown;
};

struct report {
	struct report_submission *subs; /* in the batch's order */
	size_t n;
	struct strv missing; /* ids that have no result yet */
	struct table absent; /* id, name: in the roster, nothing handed in */
	struct strv unknown; /* ids that the roster does not know */
	struct strv
		stale; /* ids that were graded with other checks or another seed than the newest */
	bool named, overridden;
	struct strv lessons; /* names, in the order of the tree */
	struct report_column *columns;
	size_t n_columns;
	struct strv text; /* owns all strings */
};

/* Which files the model is read from. NULL: DIR's own, where there is one. */
struct report_source {
	const char *results;
	const char *roster;
	const char *overrides;
	const char *reveal; /* NULL, or the visibility that has become visible */
};

/*
 * Reads all of it, or only the submission `id` where that is not NULL. 0 or an exit
 * code, with one line in `why`. report_free() in any case.
 */
enum course_exit report_read(const struct tree *tree, const struct report_source *from,
			     const char *id, struct report *report, struct strbuf *why);
void report_free(struct report *report);

/* Of one record alone, without roster and overrides: for a student's page. Takes no reference. */
void report_of_record(json_t *record, struct report *report);

/* NULL: the submission has no such lesson, or check. */
const struct report_lesson *report_find_lesson(const struct report_submission *sub,
					       const char *lesson);
const struct report_check *report_find_check(const struct report_submission *sub,
					     const struct report_column *column);

/* Was something handed in, but nothing that a lesson wants? Packed in another way, most likely. */
bool report_none_counts(const struct report_submission *sub);

/* What a student may not know of, summed up: how many checks of a lesson, passed, their points. */
struct report_unseen {
	size_t checks, passed;
	int points, score;
};
struct report_unseen report_unseen(const struct report_lesson *lesson);

#endif
