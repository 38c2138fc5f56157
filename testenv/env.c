// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Building an environment and undoing what was built, in one process.
 * Removing what other processes built is in remove.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/build.h"
#include "testenv/cgroup.h"
#include "testenv/env.h"
#include "testenv/ns.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256 /* Linux 5.10; before, it has no effect */
#endif

#define step(env, ...) snprintf((env)->step, sizeof((env)->step), __VA_ARGS__)

void env_init(struct env *env, const struct plan *plan, const char *name)
{
	memset(env, 0, sizeof(*env));
	if (plan) {
		env->plan = *plan;
		topo_make(&env->topo, plan->kind, plan->hosts);
	}
	env->slot_fd = -1;
	for (int i = 0; i < TOPO_NODES; i++)
		env->ns[i] = -1;
	snprintf(env->slot.name, sizeof(env->slot.name), "%s", name);
	snprintf(env->slots, sizeof(env->slots), "%s", SLOT_DIR);
	snprintf(env->dir, sizeof(env->dir), "%s/%s", TESTENV_RUN, name);
}

void env_run_name(int slot, char name[NAME_LEN])
{
	snprintf(name, NAME_LEN, "run.%d", slot);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void env_release(struct env *env)
{
	for (int i = 0; i < TOPO_NODES; i++)
		close_fd(&env->ns[i]);
	close_fd(&env->slot_fd);
}

static int take_slot(struct env *env)
{
	char name[NAME_LEN + 1];

	step(env, "register it in %s", SLOT_DIR);
	if (mkdir(TESTENV_RUN, 0755) && errno != EEXIST)
		return -errno;
	memcpy(name, env->slot.name, sizeof(name));
	return slot_take(env->slots, name, env_parent(), &env->slot, &env->slot_fd);
}

/* A machine without a cgroup2 that we may write to does without. */
static int make_cgroup(struct env *env)
{
	char name[NAME_LEN + 1];
	int err = fault_step();

	step(env, "make its cgroup");
	if (err)
		return err;
	if (strcmp(env->slot.name, TESTENV_SELF) == 0)
		env_run_name(env->slot.nr, name);
	else
		memcpy(name, env->slot.name, sizeof(name));
	err = cgroup_make(name, env->cgroup);
	return err == -ENOENT || err == -EROFS || err == -EACCES || err == -EPERM ? 0 : err;
}

static int make_subdir(const struct env *env, const char *name, mode_t mode)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", env->dir, name);
	return mkdir(path, 0755) || chmod(path, mode) ? -errno : 0;
}

/* The tmpfs. Shared, so that what down unmounts goes everywhere. */
static int make_dir(struct env *env)
{
	static const char *const subdirs[] = { "ns", "bpf", "scratch" };
	int err;

	step(env, "make %s", env->dir);
	if (mkdir(env->dir, 0755))
		return -errno;
	env->made_dir = true;
	err = ns_mount("tmpfs", env->dir, MS_NOSUID | MS_NODEV, "mode=0755");
	if (!err && mount(NULL, env->dir, NULL, MS_SHARED, NULL))
		err = -errno;
	for (int i = 0; i < 3 && !err; i++)
		err = make_subdir(env, subdirs[i], 0755);
	return err ? err : make_subdir(env, "tmp", 01777);
}

/* What the folder keeps: namespaces and pins. */
static int fill_dir(struct env *env)
{
	char path[96];
	int err;

	for (int i = 0; i < env->topo.nr_nodes; i++) {
		snprintf(path, sizeof(path), "%s/ns/%s", env->dir, env->topo.nodes[i].name);
		step(env, "keep the namespace in %s", path);
		err = ns_keep(env->ns[i], path);
		if (err)
			return err;
	}
	snprintf(path, sizeof(path), "%s/bpf", env->dir);
	step(env, "mount a bpffs at %s", path);
	/* What a submission in a sandbox pins, those who judge it open and remove by path, as root. */
	return ns_mount("bpf", path, MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW,
			"mode=0700");
}

static int build_all(struct env *env)
{
	int err = make_dir(env);

	if (!err)
		err = make_cgroup(env);
	if (!err)
		err = build_network(env);
	if (!err)
		err = fill_dir(env);
	if (!err) {
		step(env, "write %s/state", env->dir);
		err = env_save(env);
	}
	return err;
}

int env_kill(struct env *env)
{
	int err = env->cgroup[0] ? cgroup_remove(env->cgroup) : 0;

	env->cgroup[0] = '\0';
	return err;
}

void env_undo(struct env *env)
{
	env_kill(env);
	if (env->made_dir && ns_is_marked(env->dir))
		umount2(env->dir, MNT_DETACH);
	if (env->made_dir)
		rmdir(env->dir);
	if (env->slot_fd >= 0)
		slot_free(env->slots, &env->slot);
	env_release(env);
}

int env_build(struct env *env)
{
	int err = take_slot(env);

	if (err)
		return err;
	err = build_all(env);
	if (err)
		env_undo(env);
	return err;
}

/*
 * Hides the machine's TESTENV_RUN behind a tmpfs, so that a run sees its own
 * environment and those made inside it, which end with it. The slots stay in
 * view: addresses are unique on the whole machine.
 */
static int hide_others(struct env *env)
{
	char machine[32];
	int fd, err;

	step(env, "give it mounts of its own");
	err = ns_private_mounts();
	if (err)
		return err;
	fd = open(TESTENV_RUN, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	snprintf(machine, sizeof(machine), "/proc/self/fd/%d/.slots", fd);
	snprintf(env->slots, sizeof(env->slots), "%s", machine);
	err = ns_mount("tmpfs", TESTENV_RUN, MS_NOSUID | MS_NODEV, "mode=0755");
	if (!err && mkdir(SLOT_DIR, 0755))
		err = -errno;
	return err ? err : ns_bind(machine, SLOT_DIR);
}

int env_build_private(struct env *env)
{
	int err = take_slot(env);

	if (err)
		return err;
	err = hide_others(env);
	if (!err)
		err = build_all(env);
	if (err)
		env_undo(env);
	return err;
}
