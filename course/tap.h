/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The stream that bats writes, read strictly against the list of checks. */
#ifndef COURSE_TAP_H
#define COURSE_TAP_H

#include "course/bats.h"

enum tap_status {
	TAP_MISSING, /* the stream ended before it */
	TAP_OK,
	TAP_NOT_OK,
	TAP_SKIP,
};

struct tap_test {
	enum tap_status status;
	int ms;		       /* -1 when unknown */
	char *reason;	       /* of a skip */
	struct strv message;   /* what the check said, without bats's own lines */
	struct strv bats_says; /* bats's own lines: which function, which line */
};

struct tap {
	const struct bats_list *list;
	struct tap_test *tests; /* list->n of them */
	bool planned;
	size_t seen; /* test lines so far */
	int line;
	char *error;	   /* the first thing that is not as it must be */
	struct strv stray; /* comments that belong to no test */
};

void tap_init(struct tap *tap, const struct bats_list *list);
void tap_line(struct tap *tap, const char *line);
void tap_text(struct tap *tap, const char *text); /* tap_line() for each line */
/* Call at the end of a stream that ran to its end: a missing test is an error then. */
void tap_end(struct tap *tap);
void tap_free(struct tap *tap);

/*
 * The line in which the seam says that a check could not be made, for a reason that is not the program's
 * (_lab_internal in common/test/lab.bash), or NULL. A check that says what it saw, or that the program was
 * refused, has been made.
 */
const char *tap_internal(const struct tap_test *test);

/* Adds ": " and what a failed check said, bats's own lines too, in one line; nothing when it said nothing. */
void tap_words(const struct tap_test *test, struct strbuf *words);

#endif
