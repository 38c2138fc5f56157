/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How sandboxes ended, as testenv and labctl note it down. */
#ifndef COURSE_GRADE_LIMITS_H
#define COURSE_GRADE_LIMITS_H

#include "course/tree.h"

/*
 * From a file of testenv sandbox --status: exit, signal, or a limit. NULL: it has not begun. The caller
 * frees it. *status is the command's exit status; NULL: nobody asks.
 */
char *limits_reason(const char *path, int *status);

/* Is the reason one that ends a program because it wants too much? */
bool limits_is_limit(const char *reason);

/* What a person calls it. */
const char *limits_words(const char *reason);

/*
 * Reads a folder of notes (LAB_NOTES in common/test/sandboxed.h): adds each limit that was hit
 * once, and sets *late when a check has waited in vain on a machine that was too busy. True when
 * the machine has failed.
 */
bool limits_collect(const char *folder, struct strv *limits, bool *late);

/*
 * The same of the folder in a virtual machine, where sandboxes ran; what comes out of it is not trusted:
 * of a machine that answers nonsense there are no limits.
 */
bool limits_collect_there(const struct tree *tree, const char *machine, const char *folder,
			  struct strv *limits);

/* The same of notes one after the other in a text: what a status has, or {"reason": "machine"}. */
bool limits_read(const char *text, struct strv *limits);

#endif
