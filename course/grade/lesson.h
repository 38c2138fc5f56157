/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One lesson of one submission: built, checked, checked once more where something failed. */
#ifndef COURSE_GRADE_LESSON_H
#define COURSE_GRADE_LESSON_H

#include <jansson.h>

#include "course/grade/place.h"
#include "course/run.h"

/* A submission on its way. */
struct grading_of {
	const struct tree *tree;
	const char *hidden; /* folder of checks that students never see, or NULL */
	const char *folder; /* what was taken in: LAB/LESSON/FILE */
	const char *name;   /* HOST-PID-N: tells its folders from those of others */
	unsigned long long seed;
	struct guest guest;
	struct strbuf log; /* for whoever graded: what was built, run and said */
};

/*
 * Adds the lesson's part to the record. False when nothing is to be recorded, because
 * somebody wants us to stop.
 */
bool grade_lesson(struct grading_of *of, json_t *record, const struct lesson *lesson,
		  const struct place *place);

#endif
