/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Building a submission in a sandbox. What is run there is what make would run, asked of
 * make itself once a lesson: so compilers and flags stand in common/lesson.mk only, and a
 * submission costs no make. The sandbox shows the lesson's given files, the headers of
 * common/ and the library; no tests, no solutions, nothing of other submissions.
 */
#ifndef COURSE_GRADE_COMPILE_H
#define COURSE_GRADE_COMPILE_H

#include "course/tree.h"

/* Where submissions are inside, LAB/LESSON/FILE; compilers name their files so. */
#define RECIPE_SUB "/box/sub"

/* How one lesson is built. */
struct recipe {
	const struct lesson *lesson;
	char *script;	   /* for a shell; NULL: there is none, see `code` */
	struct strv binds; /* what it sees: HERE:THERE */
	struct strv makes; /* file names: programs for the kernel and loaders */
	struct strv
		given; /* of these, loaders that no file of a submission goes into: the starter\'s count */
	enum course_exit code;
	struct strbuf why;
};

/*
 * Builds the starter, for what all overlays share, and learns the commands. `staging` is a
 * folder of ours. On failure recipe->code and recipe->why say it. recipe_free() in any case.
 */
void recipe_read(struct recipe *recipe, const struct tree *tree, const struct lesson *lesson,
		 const char *staging);
void recipe_free(struct recipe *recipe);

/*
 * From the submission's folder (LAB/LESSON/FILE) to the overlay's. What a submission has not
 * is the starter's. COURSE_OK; COURSE_INVALID with the compiler's first error in `why`;
 * COURSE_MACHINE and the like. What it hit goes to `limits`: time, memory, output, pids, files.
 */
enum course_exit compile(const struct recipe *recipe, const struct tree *tree,
			 const char *submission, const char *overlay, struct strv *limits,
			 struct strbuf *why);

/*
 * The script from what "make -n" printed, where `out` and `sub` are the folders of the overlay and of
 * the submission there; names of the files it makes to `makes`. The caller frees it.
 */
char *recipe_script(const char *printed, const char *out, const char *sub, struct strv *makes);

#endif
