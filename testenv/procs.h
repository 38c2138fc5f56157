/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Finding and killing processes that must not outlive an environment. */
#ifndef TESTENV_PROCS_H
#define TESTENV_PROCS_H

#include <sys/types.h>

/*
 * Kills and reaps every child of the caller, a subreaper, until it has none:
 * as parents die, their children become the caller's.
 */
void procs_kill_children(void);

/* Kills every process, but the caller, in one of the n network namespaces. */
void procs_kill_in_net(const ino_t *ns, int n);

/*
 * Waits for the exit status that a supervisor sends over its socket before it ends. 0, or -1:
 * it has ended without.
 */
int procs_read_status(int super, int *status);

#endif
