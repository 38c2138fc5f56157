/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Takes in one submission: copies the files that lessons let a learner edit,
 * and nothing else, to a folder of ours. Whoever packed it may be hostile.
 */
#ifndef COURSE_GRADE_INTAKE_H
#define COURSE_GRADE_INTAKE_H

#include "course/grade/submission.h"
#include "course/tree.h"

#define INTAKE_FILE_MAX	   (1u << 20)  /* bytes in one file */
#define INTAKE_TOTAL_MAX   (64u << 20) /* bytes in an archive, unpacked, wanted or not */
#define INTAKE_ENTRIES_MAX 10000
#define INTAKE_NAMED_MAX   20 /* ignored files that are named */

struct intake {
	size_t files;	     /* copied */
	struct strv ignored; /* "NAME: why", the first INTAKE_NAMED_MAX */
	size_t n_ignored;
	char *sha256; /* of what was copied, with its names; 64 hex digits */
};

/*
 * Copies to `folder`, which is there and empty: LAB/LESSON/FILE. A folder
 * around the labs is looked through. Returns COURSE_OK, also when no file fits;
 * COURSE_INVALID: the submission cannot be read; COURSE_MACHINE; with one line in
 * `why`. intake_free() in any case.
 */
enum course_exit intake_take(const struct tree *tree, const struct submission *sub,
			     const char *folder, struct intake *in, struct strbuf *why);
void intake_free(struct intake *in);

/*
 * Where a file of this name in a submission belongs: LAB/LESSON/FILE, which the
 * caller frees, with *lesson set. NULL: nowhere.
 */
char *intake_target(const struct tree *tree, const char *name, const struct lesson **lesson);

#endif
