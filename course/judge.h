/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the outcome of a run means. */
#ifndef COURSE_JUDGE_H
#define COURSE_JUDGE_H

#include "course/expect.h"
#include "course/run.h"

struct judgement {
	size_t passed;
	size_t failed;
	size_t skipped;
	int points;
	int max_points;
	struct strv refused;   /* the verifier's first "refused:" block, when one did not load */
	size_t refused_checks; /* failing checks that say no more than that block */
	size_t also_refused;   /* failing checks for which another refusal is the reason */
	struct strv fitting;   /* the wrong solutions that fail like this */
	char *pattern_case;    /* the one of them that it is; NULL: none, or no telling which */
	char *pattern_says;
};

void judge(const struct run *run, struct judgement *j);
void judgement_free(struct judgement *j);

/* Does this check's message report a refused program? */
bool judge_is_refusal(const struct tap_test *test);

/* Such a message: from "refused:" on, and the lines below it that are indented further. */
void judge_take_refusal(const struct tap_test *test, struct strv *block);

/* Is it the one in j->refused? A lesson may have several programs, each with a refusal of its own. */
bool judge_is_first_refusal(const struct judgement *j, const struct tap_test *test);

#endif
