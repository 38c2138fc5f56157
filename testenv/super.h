/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * "testenv run" is three processes. The first is the one the user started: it
 * passes signals on and returns the exit status. The second, the supervisor,
 * builds the environment, starts the third, the user's command, and outlives
 * both for long enough to end every process of the environment and to remove
 * it. It notices the first one's death, even by SIGKILL, because their socket
 * closes. The command stays in the user's session and foreground process
 * group, so that terminals work; the supervisor leaves it, so that no key
 * reaches it.
 */
#ifndef TESTENV_SUPER_H
#define TESTENV_SUPER_H

#include "testenv/plan.h"

struct run {
	struct plan plan;
	long timeout_ms; /* 0: none */
	bool patient;	 /* on a busy machine later (common/tool/patience.h) */
	char **argv;	 /* NULL: the user's shell */
};

/* Returns the exit status for "testenv run"; messages have been printed. */
int super_run(const struct run *run);

#endif
