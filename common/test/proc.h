/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What /proc says of processes and mounts. */
#ifndef LAB_TEST_PROC_H
#define LAB_TEST_PROC_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mount {
	char root[256]; /* what of the file system is mounted: "net:[4026531840]" */
	char point[PATH_MAX];
	char type[32];
};

/*
 * Both call visit for each, and stop at and return what it returns if that is not 0.
 * The mounts are those that process pid sees.
 */
int for_each_mount(pid_t pid, int (*visit)(const struct mount *mount, void *context),
		   void *context);
int for_each_process(int (*visit)(pid_t pid, void *context), void *context);

/* The number behind "NAME:" in a file of /proc; -1 if there is none. */
long proc_field(const char *path, const char *name);

/* The name of a process, "?" when it is gone. */
void process_name(pid_t pid, char name[32]);

/* The process that started it; 0 or -1 when there is none to see. */
pid_t process_parent(pid_t pid);

/* The inode number of its namespace of a kind ("net", "mnt"); 0 when that cannot be seen. */
uint64_t process_namespace(pid_t pid, const char *kind);

/* True when it is in the cgroup, the path of a folder in the cgroup2 file system, or below. */
bool process_in_cgroup(pid_t pid, const char *cgroup);

/*
 * True when it comes from an environment (by its cgroup or its variable TESTENV) that has
 * ended: no process "testenv" is among its ancestors, nor a "labctl", which runs tests whose
 * environment is in a virtual machine.
 */
bool process_has_escaped(pid_t pid);

#endif
