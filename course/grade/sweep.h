/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Folders of graders in BUILD carry the machine's name and the process's number,
 * so that those of a process which was killed can be told from others', also where
 * machines share the tree: BUILD/grade/HOST-PID, an overlay sub-HOST-PID-N.
 */
#ifndef COURSE_GRADE_SWEEP_H
#define COURSE_GRADE_SWEEP_H

#include "course/tree.h"

/* "HOST-PID" of this process. The caller frees it. */
char *sweep_owner(void);
/* Removes what dead graders of this machine have left. */
void sweep(const struct tree *tree);

#endif
