/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Ctrl-C and kill: one flag and one file descriptor for all who wait. */
#ifndef COURSE_INTERRUPT_H
#define COURSE_INTERRUPT_H

#include <stdbool.h>

void interrupt_init(void); /* SIGINT, SIGTERM, SIGHUP set the flag from here on */
bool interrupted(void);
int interrupt_fd(void);		       /* becomes readable and stays so; -1 before init */
bool interrupt_wait(int milliseconds); /* waits; true as soon as there is an interrupt */

#endif
