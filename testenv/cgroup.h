/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The cgroup2 directory of an environment: <cgroup2 mount>/testenv/NAME. It
 * names the processes that must end with the environment, and is where cgroup
 * programs attach. A machine without a writable cgroup2 does without.
 */
#ifndef TESTENV_CGROUP_H
#define TESTENV_CGROUP_H

#include <limits.h>
#include <stdbool.h>

/* Where this machine's cgroup2 is mounted; -ENOENT. */
int cgroup_mount(char path[PATH_MAX]);

/*
 * The folder where an environment made by the caller has its cgroup: "testenv"
 * in the cgroup2 mount, or in the cgroup of the environment the caller is in.
 */
int cgroup_folder(char path[PATH_MAX]);

/*
 * Makes NAME there, marked as ours, and puts its path into path. On error
 * (-ENOENT: no cgroup2; -EROFS ...) path is empty.
 */
int cgroup_make(const char *name, char path[PATH_MAX]);

/* Makes folder/name, both marked as ours. 0 or -errno. */
int cgroup_make_in(const char *folder, const char *name, char path[PATH_MAX]);

/* Finds the one that cgroup_make() has made for NAME: 0, or -ENOENT and an empty path. */
int cgroup_find(const char *name, char path[PATH_MAX]);

/* Is the caller in that cgroup or below? */
bool cgroup_inside(const char *path);

/* Moves the caller into it. */
int cgroup_join(const char *path);

/* Kills every process in it and below, and waits until they are gone. 0 or -errno. */
int cgroup_kill(const char *path);

/*
 * Kills every process in it and below, waits until they are gone and removes
 * the directories. What is not ours, or another container's, is left alone: -EPERM.
 * 0 or -errno.
 */
int cgroup_remove(const char *path);

#endif
