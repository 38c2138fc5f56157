/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* wrong/CASE/expect: what the checks must make of one wrong solution. */
#ifndef COURSE_EXPECT_H
#define COURSE_EXPECT_H

#include "course/bats.h"

struct expect {
	enum {
		EXPECT_CHECKS,
		EXPECT_REFUSED,
		EXPECT_BUILD
	} kind;
	struct strv must;  /* checks that fail */
	struct strv may;   /* checks that may fail */
	struct strv texts; /* refused, build: each stands in what the verifier or compiler says */
	char *says;	   /* one sentence for the learner */
};

/* As conf_read(): 0, or -errno with *error = "FILE:LINE: what is wrong". */
int expect_read(const char *path, const char *shown, const struct bats_list *list,
		struct expect *expect, char **error);
void expect_free(struct expect *expect);

#endif
