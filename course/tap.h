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

#endif
