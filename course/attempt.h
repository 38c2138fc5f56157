/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One attempt at a lesson: the learner's files built, checked, judged and remembered. */
#ifndef COURSE_ATTEMPT_H
#define COURSE_ATTEMPT_H

#include "course/judge.h"
#include "course/progress.h"
#include "course/state.h"

struct attempt {
	struct run run; /* run.code and run.why say how it went */
	struct judgement j;
	enum readiness ready; /* anything but READY: nothing was built */
};

/* Returns run.code. attempt_free() in either case. */
enum course_exit attempt_make(struct attempt *a, const struct tree *tree,
			      const struct lesson *lesson, unsigned long long seed);
void attempt_free(struct attempt *a);

/* For people: the report, and why there is no verdict where there is none. */
void attempt_print(const struct attempt *a, bool every_failure);

/*
 * The newest result of the lesson, when nothing that it depends on has
 * changed since; its texts live as long as the state.
 */
bool attempt_known(const struct state *state, const struct lesson *lesson, struct result *result);

#endif
