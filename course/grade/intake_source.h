/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What intake.c and intake_archive.c share. */
#ifndef COURSE_GRADE_INTAKE_SOURCE_H
#define COURSE_GRADE_INTAKE_SOURCE_H

#include "course/grade/intake.h"

struct intake_source {
	const struct tree *tree;
	const char *folder; /* where files go */
	struct intake *in;
	struct strbuf *why;
	size_t entries; /* seen so far */
};

void intake_ignore(struct intake *in, const char *name, const char *why);
/* Is it one that we want, and have not yet? *target is freed by the caller. */
bool intake_wants(struct intake_source *src, const char *name, char **target);
int intake_keep(struct intake_source *src, const char *target, const struct strbuf *data);

/* Of an errno in reading: -EBADMSG, the submission's fault, or the -errno, the machine's. */
int intake_blame(int err);

/* -EBADMSG, -E2BIG: the archive's fault; other -errno: ours. */
int intake_archive(struct intake_source *src, int fd);

#endif
