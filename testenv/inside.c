// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Entering an environment: what a process sees inside a node. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "testenv/cgroup.h"
#include "testenv/env.h"
#include "testenv/ns.h"

#define step(env, ...) snprintf((env)->step, sizeof((env)->step), __VA_ARGS__)

/* Moves the caller into the network namespace that is kept in the folder. */
static int enter_net(struct env *env, const char *node)
{
	char path[96];
	int fd, err;

	snprintf(path, sizeof(path), "%s/ns/%s", env->dir, node);
	step(env, "enter the network namespace %s", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = ns_enter_net(fd);
	close(fd);
	return err;
}

int env_view(struct env *env, int node)
{
	char path[96];
	int err = enter_net(env, env->topo.nodes[node].name);

	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/bpf", env->dir);
	step(env, "show its bpffs at %s", BPFFS);
	err = ns_bind(path, BPFFS);
	if (err)
		return err;
	ns_tracefs();
	snprintf(path, sizeof(path), "%s/scratch", env->dir);
	ns_sysfs(path);
	return 0;
}

int env_enter(struct env *env, int node)
{
	int err = 0;

	if (env->cgroup[0] && !cgroup_inside(env->cgroup)) {
		step(env, "enter its cgroup");
		err = cgroup_join(env->cgroup);
	}
	if (!err) {
		step(env, "give the command mounts of its own");
		err = ns_private_mounts();
	}
	if (!err)
		err = env_view(env, node);
	if (!err)
		env_variables(env, node);
	return err;
}
