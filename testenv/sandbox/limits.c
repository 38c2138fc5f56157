// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Making and using the sandbox's cgroups, see limits.h. Where they are: limits_place.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/cgroup.h"
#include "testenv/sandbox/limits.h"
#include "testenv/write.h"

/* Process numbers mean something only within their namespace: its number is in the name. */
static int box_name(pid_t pid, char name[64])
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st))
		return -errno;
	snprintf(name, 64, LIMITS_PREFIX "%lu.%d", (unsigned long)st.st_ino, pid);
	return 0;
}

/* The number after key at the beginning of a line ("": of the file), or -1. */
static long long read_number(const char *dir, const char *file, const char *key)
{
	char path[PATH_MAX + 64], line[256];
	size_t len = strlen(key);
	long long number = -1;
	FILE *f;

	if (!*dir)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "re");
	while (f && number < 0 && fgets(line, sizeof(line), f))
		if (strncmp(line, key, len) == 0)
			number = strtoll(line + len, NULL, 10);
	if (f)
		fclose(f);
	return number;
}

/* From the root of cgroup2 to our folder, and from there to what is in it. */
static int hand_down(const char *folder, const char *control)
{
	char root[PATH_MAX + 4];
	int err;

	snprintf(root, sizeof(root), "%s/..", folder);
	err = write_text(root, "cgroup.subtree_control", control);
	return err ? err : write_text(folder, "cgroup.subtree_control", control);
}

static int make_unified(struct limits *l, const char *name)
{
	char folder[PATH_MAX], control[32];
	int err = limits_folder(l, folder);

	l->step = "make a cgroup in cgroup2";
	if (!err)
		err = cgroup_make_in(folder, name, l->unified);
	/* Without any controller in it, cgroup2 is no must. */
	if (!limits_need_v2(l)) {
		if (err)
			l->unified[0] = '\0';
		return 0;
	}
	l->step = "hand cgroup2's controllers down to a sandbox (processes are in the way?)";
	for (int i = 0; i < NR_LIMITS && !err; i++) {
		if (!l->dir[i][0] || !l->v2[i])
			continue;
		snprintf(control, sizeof(control), "+%s", limits_controllers[i]);
		err = hand_down(folder, control);
	}
	return err;
}

static int make_v1(struct limits *l)
{
	l->step = "make a cgroup";
	for (int i = 0; i < NR_LIMITS; i++) {
		if (!l->dir[i][0] || l->v2[i])
			continue;
		/* Two controllers in one hierarchy share the directory. */
		if (mkdir(l->dir[i], 0755) && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int limit_memory(struct limits *l, const struct box_options *o)
{
	const char *dir = l->dir[LIMIT_MEMORY];
	char text[32];
	int err;

	l->step = "limit memory";
	snprintf(text, sizeof(text), "%lld", (long long)o->memory_mb << 20);
	if (!l->v2[LIMIT_MEMORY]) {
		err = write_text(dir, "memory.limit_in_bytes", text);
		/* Only where swap is counted; else what is over the limit could go there. */
		write_text(dir, "memory.memsw.limit_in_bytes", text);
		write_text(dir, "memory.swappiness", "0");
		return err;
	}
	err = write_text(dir, "memory.max", text);
	write_text(dir, "memory.swap.max", "0");
	write_text(dir, "memory.oom.group", "1");
	return err;
}

static int limit_rest(struct limits *l, const struct box_options *o)
{
	char text[32];
	int err = 0;

	l->step = "limit processes";
	/* Two of them are ours: init and the broker. */
	snprintf(text, sizeof(text), "%d", o->pids + (o->policy ? 2 : 1));
	if (l->dir[LIMIT_PIDS][0])
		err = write_text(l->dir[LIMIT_PIDS], "pids.max", text);
	/* One processor: the others are for the judge, and for the neighbours. */
	if (l->v2[LIMIT_CPU]) {
		write_text(l->dir[LIMIT_CPU], "cpu.max", "100000 100000");
	} else if (l->dir[LIMIT_CPU][0]) {
		write_text(l->dir[LIMIT_CPU], "cpu.cfs_period_us", "100000");
		write_text(l->dir[LIMIT_CPU], "cpu.cfs_quota_us", "100000");
	}
	return err;
}

/* A dead sandbox's that had our number: its counts are not ours. */
static void remove_old(struct limits *l, const char *name)
{
	char folder[PATH_MAX];

	if (limits_folder(l, folder) ||
	    snprintf(l->unified, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		l->unified[0] = '\0';
	limits_remove(l);
	l->unified[0] = '\0';
}

int limits_make(struct limits *l, pid_t pid, const struct box_options *o)
{
	char name[64];
	int err = box_name(pid, name);

	memset(l, 0, sizeof(*l));
	l->step = "name a cgroup";
	if (err)
		return err;
	limits_place(l, name);
	l->step = "limit memory: no cgroup has the memory controller";
	if (!l->dir[LIMIT_MEMORY][0])
		return -ENODEV;
	remove_old(l, name);
	err = make_unified(l, name);
	if (!err)
		err = make_v1(l);
	if (!err)
		err = limit_memory(l, o);
	return err ? err : limit_rest(l, o);
}

pid_t limits_clone(const struct limits *l, struct clone_args *args)
{
	int cgroup = -1;
	pid_t pid;

	if (l->unified[0]) {
		cgroup = open(l->unified, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (cgroup < 0)
			return -1;
		args->flags |= CLONE_INTO_CGROUP;
		args->cgroup = cgroup;
	}
	pid = syscall(SYS_clone3, args, sizeof(*args));
	if (pid && cgroup >= 0)
		close(cgroup);
	return pid;
}

int limits_open(const struct limits *l, struct limits_doors *doors)
{
	char path[PATH_MAX + 8];
	int err = 0;

	for (int i = 0; i < NR_LIMITS; i++) {
		doors->fd[i] = -1;
		if (!l->dir[i][0] || l->v2[i] || err)
			continue;
		/* With "tasks", the kernel (since 6.0) does not wait for anything. */
		snprintf(path, sizeof(path), "%s/tasks", l->dir[i]);
		doors->fd[i] = open(path, O_WRONLY | O_CLOEXEC);
		if (doors->fd[i] < 0)
			err = -errno;
	}
	if (err)
		limits_close(doors);
	return err;
}

int limits_enter(struct limits_doors *doors)
{
	int err = 0;

	for (int i = 0; i < NR_LIMITS && !err; i++)
		if (doors->fd[i] >= 0 && write(doors->fd[i], "0", 1) < 0)
			err = -errno;
	limits_close(doors);
	return err;
}

void limits_close(struct limits_doors *doors)
{
	for (int i = 0; i < NR_LIMITS; i++)
		if (doors->fd[i] >= 0)
			close(doors->fd[i]);
	for (int i = 0; i < NR_LIMITS; i++)
		doors->fd[i] = -1;
}

long long limits_cpu_ms(const struct limits *l)
{
	long long used = read_number(l->unified, "cpu.stat", "usage_usec ");

	if (used >= 0)
		return used / 1000;
	used = read_number(l->dir[LIMIT_CPUACCT], "cpuacct.usage", "");
	return used >= 0 ? used / 1000000 : -1;
}

long long limits_oom_kills(const struct limits *l)
{
	const char *file = l->v2[LIMIT_MEMORY] ? "memory.events" : "memory.oom_control";

	return read_number(l->dir[LIMIT_MEMORY], file, "oom_kill ");
}

void limits_usage(const struct limits *l, struct usage *usage)
{
	const char *peak = l->v2[LIMIT_MEMORY] ? "memory.peak" : "memory.max_usage_in_bytes";

	usage->memory_peak = read_number(l->dir[LIMIT_MEMORY], peak, "");
	usage->cpu_ms = limits_cpu_ms(l);
	usage->oom_kills = limits_oom_kills(l);
	usage->pids_hits = read_number(l->dir[LIMIT_PIDS], "pids.events", "max ");
}
