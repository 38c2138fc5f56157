/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which lesson a command belongs to that cannot be found. */
#ifndef TESTENV_LESSON_H
#define TESTENV_LESSON_H

/*
 * Says in one line why a command cannot be run, errno being what exec left, and
 * whose program it is if a lesson of this tree has a loader of that name: only
 * the current lesson's programs are on PATH. Returns the exit status.
 */
int report_no_command(const char *command);

#endif
