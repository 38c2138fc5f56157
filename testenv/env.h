/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * An environment: its folder, its namespaces, its cgroup, and building and
 * removing all of it. Starts no processes.
 *
 * A folder TESTENV_RUN/NAME is the same for named environments and for that
 * of "testenv run" (TESTENV_SELF, in a mount namespace of its own): a tmpfs
 * with our mark that holds
 *   ns/NODE   the network namespaces      bpf/    a bpffs of its own
 *   tmp/      TMPDIR                      state   what it is; written last
 */
#ifndef TESTENV_ENV_H
#define TESTENV_ENV_H

#include <limits.h>

#include "testenv/plan.h"
#include "testenv/slot.h"
#include "testenv/topo.h"

struct env {
	struct plan plan; /* ipv6 says whether there is any, once it is built */
	struct topo topo;
	struct slot slot;
	int slot_fd;	    /* held while building, or -1 */
	char slots[48];	    /* the folder of the slots as seen from here */
	int ns[TOPO_NODES]; /* while building, or -1 */
	char dir[64];
	bool made_dir;	       /* by this process */
	char cgroup[PATH_MAX]; /* empty: the machine has none for us */
	/* What was being done, for the message when it fails. */
	char step[128];
};

/* plan NULL: not known (yet). Nothing on the machine changes. */
void env_init(struct env *env, const struct plan *plan, const char *name);

/*
 * Builds a named environment. Whatever fails, everything before is undone.
 * Returns 0, or -errno with env->step saying what could not be done;
 * -EEXIST when the name is taken.
 */
int env_build(struct env *env);

/*
 * The same for "testenv run", whose mounts nobody else sees: moves the caller
 * into a mount namespace where TESTENV_RUN holds only this environment.
 */
int env_build_private(struct env *env);

/* Kills what runs in its cgroup, and removes the cgroup. 0 or -errno. */
int env_kill(struct env *env);

/*
 * Undoes env_build() and env_build_private(), from the same process, and
 * closes what is open. What is mounted only here goes with the process.
 */
void env_undo(struct env *env);

/* Closes what this process holds open. Nothing on the machine changes. */
void env_release(struct env *env);

/*
 * Removes a named environment, whatever is left of it. Nothing there: 0.
 * -EPERM: something that is not ours is in its place; -EDEADLK: the caller
 * is inside it; -EBUSY: its processes do not end.
 */
int env_remove(const char *name);

/*
 * Removes what dead commands left: environments half built, slots and cgroups
 * of "testenv run"s that are gone. Returns how many things it removed.
 */
int env_collect(void);

/*
 * Fills env from the state of a complete environment as seen from here.
 * -ENOENT: there is none; -EINVAL: its state makes no sense.
 */
int env_load(struct env *env, const char *name);
int env_save(const struct env *env);

/* The slot of the "testenv run" that the caller is inside of, or 0. */
int env_parent(void);

/*
 * Moves the caller into a node: network namespace, cgroup, and in a mount
 * namespace of its own the environment's bpffs, tracefs and sysfs. Sets the
 * environment variables. Returns 0 or -errno, with env->step.
 */
int env_enter(struct env *env, int node);

/* The parts of env_enter() for a process that is in the right mounts already. */
int env_view(struct env *env, int node);
void env_variables(const struct env *env, int node);

/* "run.N", the name of the cgroup of slot N's "testenv run". */
void env_run_name(int slot, char name[NAME_LEN]);

#endif
