/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which submissions a command line means, and what each is called. Not what is
 * in them: intake.h.
 */
#ifndef COURSE_GRADE_SUBMISSION_H
#define COURSE_GRADE_SUBMISSION_H

#include "course/str.h"

struct submission {
	char *id;   /* [A-Za-z0-9._-] and %XX; names its files in the results */
	char *path; /* an archive, a folder, or something that is neither */
};

struct submissions {
	struct submission *v; /* sorted by id */
	size_t n;
};

/*
 * An archive, or a folder with labNN-.../ in it, is one submission; the entries
 * of any other folder are one each, but for hidden ones. Returns 0 or -errno
 * and one line in `why`: -EINVAL when two would have the same id.
 */
int submissions_find(const struct strv *arguments, struct submissions *subs, struct strbuf *why);
void submissions_free(struct submissions *subs);

/* The id that a file or folder of this name gets. The caller frees it. */
char *submission_id(const char *name, bool archive);
/* Does the name end as an archive's? */
bool submission_is_archive(const char *name);

#endif
