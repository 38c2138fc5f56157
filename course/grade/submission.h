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
	bool found; /* in a folder; nobody has named it */
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
/*
 * The one of the ids that a person means who writes it, or the name of what was handed in. NULL:
 * none.
 */
const char *submission_called(const struct strv *ids, const char *written);
/* What the file or folder was called, without an archive's ending; the id where that is not known. */
char *submission_name(const char *id);
/* Does the name end as an archive's? */
bool submission_is_archive(const char *name);

#endif
