// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Removing environments that other processes built, whatever is left of them.
 * What is ours: a tmpfs with our mark, empty folders under it, cgroups with
 * our mark, slots. Nothing else is touched.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/sandbox/limits.h"
#include "testenv/cgroup.h"
#include "testenv/env.h"
#include "testenv/ns.h"
#include "testenv/procs.h"

static ino_t inode(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

/* Fills ns with the namespaces kept in dir; never the machine's own. */
static int kept_namespaces(const char *dir, ino_t ns[TOPO_NODES])
{
	ino_t machine = inode("/proc/1/ns/net");
	char path[512];
	struct dirent *entry;
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/ns", dir);
	d = opendir(path);
	if (!d)
		return 0;
	while (n < TOPO_NODES && (entry = readdir(d))) {
		snprintf(path, sizeof(path), "%s/ns/%s", dir, entry->d_name);
		if (entry->d_name[0] == '.' || !ns_is(path, NSFS_MAGIC))
			continue;
		ns[n] = inode(path);
		if (ns[n] && ns[n] != machine)
			n++;
	}
	closedir(d);
	return n;
}

/* Unmounts what our tmpfs holds, then itself. Mounts may be stacked. */
static void unmount_all(const char *dir, const struct topo *topo)
{
	char path[128];

	for (int i = 0; i < topo->nr_nodes; i++) {
		snprintf(path, sizeof(path), "%s/ns/%s", dir, topo->nodes[i].name);
		umount2(path, MNT_DETACH);
	}
	snprintf(path, sizeof(path), "%s/bpf", dir);
	umount2(path, MNT_DETACH);
	while (ns_is_marked(dir) && umount2(dir, MNT_DETACH) == 0)
		;
}

static bool inside(const struct env *env, const ino_t *ns, int n)
{
	ino_t own = inode("/proc/self/ns/net");

	for (int i = 0; i < n; i++)
		if (ns[i] == own)
			return true;
	return cgroup_inside(env->cgroup);
}

static int remove_parts(struct env *env, bool loaded)
{
	ino_t ns[TOPO_NODES];
	bool marked = ns_is_marked(env->dir);
	int n = marked ? kept_namespaces(env->dir, ns) : 0;
	int err;

	if (!loaded)
		cgroup_find(env->slot.name, env->cgroup);
	if (inside(env, ns, n))
		return -EDEADLK;
	err = env_kill(env);
	if (err)
		return err == -ETIMEDOUT ? -EBUSY : err;
	procs_kill_in_net(ns, n);
	if (marked)
		unmount_all(env->dir, &env->topo);
	/* Not empty: then it is not ours. */
	return rmdir(env->dir) && errno != ENOENT ? -EPERM : 0;
}

int env_remove(const char *name)
{
	struct env env;
	struct slot slot;
	bool loaded, registered;
	int fd = -1, err;

	/* The slot first: "up" holds it while it builds. */
	registered = slot_find(SLOT_DIR, name, env_parent(), &slot) == 0 &&
		     slot_hold(SLOT_DIR, &slot, true, &fd) == 0;
	env_init(&env, NULL, name);
	loaded = ns_is_marked(env.dir) && env_load(&env, name) == 0;
	if (!loaded)
		env_init(&env, NULL, name);
	err = remove_parts(&env, loaded);
	if (registered) {
		if (!err)
			slot_free(SLOT_DIR, &slot);
		close(fd);
	}
	return err;
}

static bool is_run(const struct slot *slot)
{
	return strcmp(slot->name, TESTENV_SELF) == 0;
}

static bool has_number(const struct slot *all, int n, int nr)
{
	for (int i = 0; i < n; i++)
		if (all[i].nr == nr)
			return true;
	return false;
}

/*
 * A slot nobody holds whose environment is not there any more, or never was.
 * Of those that cannot be seen from here, because they were made outside of
 * this run or inside of another one, only those whose run is gone are dead.
 */
static bool is_dead(const struct slot *slot, int parent, const struct slot *all, int n)
{
	char path[96];
	int fd;

	if (slot->parent != parent)
		return slot->parent && !has_number(all, n, slot->parent);
	if (slot_hold(SLOT_DIR, slot, false, &fd))
		return false;
	close(fd);
	snprintf(path, sizeof(path), "%s/%s/state", TESTENV_RUN, slot->name);
	return is_run(slot) || access(path, F_OK) != 0;
}

/* First the cgroup, since another run may take the slot the next moment. */
static void collect_run(const struct slot *slot)
{
	char path[PATH_MAX], name[NAME_LEN];

	env_run_name(slot->nr, name);
	if (cgroup_find(name, path) == 0)
		cgroup_remove(path);
	slot_free(SLOT_DIR, slot);
}

static int collect_slots(void)
{
	struct slot *all;
	int n = slot_list(SLOT_DIR, &all);
	int parent = env_parent();
	int removed = 0;

	for (int i = 0; i < n; i++) {
		if (!is_dead(&all[i], parent, all, n))
			continue;
		if (all[i].parent != parent)
			slot_free(SLOT_DIR, &all[i]);
		else if (is_run(&all[i]))
			collect_run(&all[i]);
		else if (env_remove(all[i].name))
			continue;
		removed++;
	}
	free(all);
	return removed;
}

/* Whose cgroup is it? True when no slot says that it is alive. */
static bool is_orphan(const char *name, const struct slot *all, int n)
{
	size_t len = strcspn(name, "~"); /* see cgroup_make() */
	int prober;

	/* doctor's live as long as the process that tries them. */
	if (sscanf(name, "probe.%d", &prober) == 1)
		return kill(prober, 0) && errno == ESRCH;
	/* A sandbox has more than this one: limits_collect() looks after them. */
	if (limits_named(name))
		return false;
	for (int i = 0; i < n; i++) {
		char run[NAME_LEN];

		env_run_name(all[i].nr, run);
		if ((strlen(run) == len && strncmp(name, run, len) == 0) ||
		    (strlen(all[i].name) == len && strncmp(name, all[i].name, len) == 0))
			return false;
	}
	return true;
}

/* The same, with the slots as they are now. */
static bool is_orphan_now(const char *name)
{
	struct slot *all;
	int n = slot_list(SLOT_DIR, &all);
	bool is = n >= 0 && is_orphan(name, all, n);

	free(all);
	return is;
}

static int collect_cgroups(void)
{
	char folder[PATH_MAX], path[PATH_MAX];
	struct dirent *entry;
	struct slot *all;
	int n, removed = 0;
	DIR *d;

	if (cgroup_folder(folder))
		return 0;
	d = opendir(folder);
	if (!d)
		return 0;
	n = slot_list(SLOT_DIR, &all);
	while ((entry = readdir(d))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		/* One that was made since then has its slot by now. */
		if (n >= 0 && is_orphan(entry->d_name, all, n) && is_orphan_now(entry->d_name) &&
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) < PATH_MAX &&
		    cgroup_remove(path) == 0)
			removed++;
	}
	free(all);
	closedir(d);
	return removed;
}

int env_collect(void)
{
	int removed = collect_slots();

	removed += collect_cgroups();
	return removed + limits_collect();
}
