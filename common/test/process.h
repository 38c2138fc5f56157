/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The processes that a test has started (process.c). */
#ifndef LAB_TEST_PROCESS_H
#define LAB_TEST_PROCESS_H

#include <sys/types.h>

/* A pidfd, or -ESRCH: it has ended, or is no child of the calling test. */
int process_open(pid_t pid);

#endif
