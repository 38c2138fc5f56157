/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The learner's own files: WORK/LAB/LESSON/FILE. */
#ifndef COURSE_OVERLAY_H
#define COURSE_OVERLAY_H

#include "course/tree.h"

/* Is there a copy of any file to edit? */
bool overlay_started(const struct lesson *lesson);

/* The first of the files to edit that is not there, from the top of the tree; NULL: none is missing. */
char *overlay_missing(const struct tree *tree, const struct lesson *lesson);

/* Adds the names of files beside those to edit, but for an editor's own (.x.swp, x~). */
void overlay_strays(const struct lesson *lesson, struct strv *names);

/*
 * Tells one version of what a check looks at, the learner's files and
 * test.bats, from another. The caller frees it.
 */
char *overlay_fingerprint(const struct lesson *lesson);

/*
 * Copies the starter's files that are not there yet. *copied counts them.
 * Returns 0 or -errno; *failed then names the file, which the caller frees.
 */
int overlay_start(const struct lesson *lesson, size_t *copied, char **failed);

/* Copies what the learner has to WORK/.course/backup/TIME/LAB/LESSON; *folder is freed by the
 * caller. 0 or -errno.
 */
int overlay_backup(const struct tree *tree, const struct lesson *lesson, char **folder);

/* Puts the starter's files over the learner's. */
int overlay_reset(const struct lesson *lesson, char **failed);

/* Points BUILD/run/current to the lesson's work build. 0 or -errno. */
int overlay_make_current(const struct tree *tree, const struct lesson *lesson);

/* The first tracked starter file that was edited, by its path from the top; NULL: none, or no git.
 * The caller frees it.
 */
char *overlay_edited_starter(const struct tree *tree, const struct lesson *lesson);

#endif
