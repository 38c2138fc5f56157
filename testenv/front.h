/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Between the process that the user started and its supervisor; super.h. */
#ifndef TESTENV_FRONT_H
#define TESTENV_FRONT_H

#include <signal.h>
#include <sys/types.h>

#include "testenv/super.h"

/*
 * The supervisor's whole life. On front arrive signal numbers, each an int;
 * one int goes back, the exit status, when everything is removed.
 */
void super_main(const struct run *run, int front, pid_t front_pid, const sigset_t *old_mask)
	__attribute__((noreturn));

#endif
