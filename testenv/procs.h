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

#endif
