/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Namespaces and mounts: making, entering and unmounting them. Knows paths
 * and file descriptors, not environments.
 */
#ifndef TESTENV_NS_H
#define TESTENV_NS_H

#include <stdbool.h>

#define BPFFS	"/sys/fs/bpf"
#define TRACEFS "/sys/kernel/tracing"

/* All return 0 (or a file descriptor) or -errno. */

/* The caller's own network namespace as an fd. */
int ns_net(void);

/* Moves the caller into a new network namespace and returns its fd. */
int ns_new_net(void);

int ns_enter_net(int fd);

/*
 * Gives the caller a mount namespace of its own. What the machine mounts or
 * unmounts later is still seen there, but not the other way round.
 */
int ns_private_mounts(void);

/* Mounts a file system marked as testenv's (TESTENV_MARK is its source). */
int ns_mount(const char *type, const char *dir, unsigned long flags, const char *options);

int ns_bind(const char *from, const char *to);

/* Keeps a namespace at path, an empty file that is made for it. */
int ns_keep(int fd, const char *path);

/* Is the thing mounted at path of this file system type (a magic number)? */
bool ns_is(const char *path, long magic);

/* Is there a mount of ours, that is one with our mark, right at dir? */
bool ns_is_marked(const char *dir);

/* tracefs where it belongs, if it is not there already. Not having it is fine. */
void ns_tracefs(void);

/*
 * Makes /sys/class/net show the caller's network namespace: a fresh sysfs is
 * mounted at scratch for a moment. Not having it is fine.
 */
void ns_sysfs(const char *scratch);

/* Sets a sysctl of the caller's network namespace; returns -ENOENT if unknown. */
int ns_sysctl(const char *name, const char *value);

#endif
