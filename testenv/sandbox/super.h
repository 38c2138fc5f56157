/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the two halves of the supervisor share: it builds (build.c), then watches (super.c). */
#ifndef TESTENV_SANDBOX_SUPER_H
#define TESTENV_SANDBOX_SUPER_H

#include "testenv/sandbox/box.h"
#include "testenv/sandbox/broker/start.h"
#include "testenv/sandbox/limits.h"
#include "testenv/sandbox/outcome.h"
#include "testenv/sandbox/pump.h"
#include "testenv/sandbox/root.h"

struct super {
	const struct box_options *options;
	int front;
	uid_t uid;
	struct limits limits;
	struct box_root root;
	struct broker_plan broker;
	int init; /* pidfd of process 1, or -1 */
	pid_t init_pid;
	int news;     /* socket to it */
	int pipes[2]; /* CMD's ends of stdout and stderr, until it has been started */
	struct pump pumps[2];
	long long output_left;
	int wall, tick; /* timers */
	int code;	/* the exit status of all of it */
	struct outcome outcome;
};

/*
 * Builds everything and lets the sandbox begin. 0, or an exit code after a message;
 * super.c cleans up in any case.
 */
int super_build(struct super *super);

/* Says what could not be done, and returns the exit code. err is -errno. */
int super_failed(int err, const char *step);

#endif
