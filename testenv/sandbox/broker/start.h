/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The broker as the supervisor sees it: what it needs, its start and its end. */
#ifndef TESTENV_SANDBOX_BROKER_START_H
#define TESTENV_SANDBOX_BROKER_START_H

#include <sys/types.h>

#include "testenv/sandbox/broker/broker.h"
#include "testenv/sandbox/filter.h"
#include "testenv/sandbox/limits.h"
#include "testenv/sandbox/root.h"

struct broker_plan {
	struct policy policy;
	int cgroup, pins; /* directories that the policy names, or -1 */
	struct broker_report *report;
	pid_t pid;  /* 0: not started */
	int socket; /* where it gets its listener */
};

/*
 * Reads the policy and opens what it names. The user of the sandbox, *uid, becomes the
 * owner of the folder of pins; where an earlier sandbox of the same submission is that,
 * *uid becomes that one. An exit code, after a message.
 */
int broker_plan(struct broker_plan *plan, const char *policy, uid_t *uid);

/* Shows the sandbox the policy's folders, and the numbers of events. 0 or -errno. */
int broker_show(const struct broker_plan *plan, struct box_root *root);

/* Which calls are to come to it. */
struct filter_wishes broker_wishes(const struct broker_plan *plan);

/*
 * Starts it, in the cgroups (doors: see limits.h), and in the network namespace of the process init. It waits
 * for its listener. 0 or -errno.
 */
int broker_start(struct broker_plan *plan, const struct limits *limits,
		 const struct limits_doors *doors, pid_t init);
int broker_hand_over(struct broker_plan *plan, int listener);

/* Ends it. Nothing to be done for one that was not started. */
void broker_stop(struct broker_plan *plan);

/* Writes down which numbers the kernel has given to tracepoints and kinds of events (events.c). */
int events_write(int root);

#endif
