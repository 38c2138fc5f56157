/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The sandbox's cgroups. Each controller is where this machine has it: in its own
 * cgroup v1 hierarchy if there is one, else in cgroup2; so v1, hybrid and v2
 * machines are all the same. Besides, the sandbox has a directory in cgroup2
 * wherever that is mounted: its processes are not in anyone else's.
 */
#ifndef TESTENV_SANDBOX_LIMITS_H
#define TESTENV_SANDBOX_LIMITS_H

#include <limits.h>
#include <linux/sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "testenv/sandbox/box.h"

enum {
	LIMIT_MEMORY,
	LIMIT_PIDS,
	LIMIT_CPU,
	LIMIT_CPUACCT, /* v1 only; cgroup2 counts by itself */
	NR_LIMITS,
};

struct limits {
	char dir[NR_LIMITS][PATH_MAX]; /* empty: the machine has no such controller */
	bool v2[NR_LIMITS];
	char unified[PATH_MAX]; /* the one in cgroup2; empty: it is not mounted */
	const char *step;	/* what was being done, for the message */
};

/*
 * Makes the cgroups of the sandbox of supervisor PID, with their limits. 0 or
 * -errno; -ENODEV: no memory controller. Whatever was made limits_remove() removes.
 */
int limits_make(struct limits *limits, pid_t pid, const struct box_options *options);

/*
 * A process gets into them without a wait, in two steps. To move one from outside, into a
 * cgroup.procs, takes the kernel an RCU grace period, which is longer than all the rest of
 * starting a sandbox.
 *
 * As clone3(2), straight into the one in cgroup2.
 */
pid_t limits_clone(const struct limits *limits, struct clone_args *args);

/*
 * Into those of cgroup v1 a process goes itself, by these files. The kernel may ask for the
 * rights of who opened them, and of who writes. limits_open() is 0 or -errno;
 * limits_enter() too: afterwards they are closed. The caller has one thread.
 */
struct limits_doors {
	int fd[NR_LIMITS]; /* -1: no such hierarchy */
};
int limits_open(const struct limits *limits, struct limits_doors *doors);
int limits_enter(struct limits_doors *doors);
void limits_close(struct limits_doors *doors);

/* What has been used up and hit. -1: this kernel does not tell. */
struct usage {
	long long memory_peak; /* bytes */
	long long cpu_ms;
	long long oom_kills;
	long long pids_hits;
};
long long limits_cpu_ms(const struct limits *limits);
long long limits_oom_kills(const struct limits *limits);
void limits_usage(const struct limits *limits, struct usage *usage);

/* Kills everything in them, and waits until it is gone: no more is started meanwhile. */
void limits_kill(const struct limits *limits);

/* Kills what is left in them, waits until it is gone, and removes them. */
void limits_remove(const struct limits *limits);

/* Is that the name of a sandbox's cgroup? */
bool limits_named(const char *name);

/* Removes the cgroups of sandboxes whose supervisor is dead. How many. */
int limits_collect(void);

/* --- parts: limits_place.c, limits_find.c --- */

/* A sandbox's cgroups are called this, and numbers. A dot: no environment has such a name. */
#define LIMITS_PREFIX "sandbox."

extern const char *const limits_controllers[NR_LIMITS];

/* Fills in where the cgroups of that name are to be. Makes none. */
void limits_place(struct limits *limits, const char *name);

/* Is any controller in cgroup2? */
bool limits_need_v2(const struct limits *limits);

/* The folder of the one in cgroup2. 0 or -errno. */
int limits_folder(const struct limits *limits, char folder[PATH_MAX]);

/*
 * Where a controller is, from the text of /proc/self/mountinfo: its v1 mount, else
 * the cgroup2 mount (then *v2). controller "": cgroup2 itself. 0, -ENOENT. root
 * gets the directory of the hierarchy that is mounted there.
 */
int limits_find_mount(FILE *mountinfo, const char *controller, char path[PATH_MAX],
		      char root[PATH_MAX], bool *v2);

/* The path of the process in a v1 hierarchy, from /proc/self/cgroup. 0, -ENOENT. */
int limits_find_own(FILE *cgroup, const char *controller, char path[PATH_MAX]);

#endif
