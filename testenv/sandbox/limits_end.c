// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The end of a sandbox's cgroups: by its supervisor, or when that is dead by whoever comes next. */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/cgroup.h"
#include "testenv/sandbox/limits.h"
#include "testenv/write.h"

/* How long killed processes may take to be gone. */
#define EMPTY_MS 5000

/* Kills each process in it; returns whether there were any. */
static bool kill_all(const char *dir)
{
	char path[PATH_MAX + 32];
	bool any = false;
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &pid) == 1) {
		any = true;
		/* 0: of another process namespace. */
		if (pid > 1)
			kill(pid, SIGKILL);
	}
	if (f)
		fclose(f);
	return any;
}

void limits_kill(const struct limits *l)
{
	const char *dir = l->dir[l->dir[LIMIT_PIDS][0] ? LIMIT_PIDS : LIMIT_MEMORY];

	if (l->dir[LIMIT_PIDS][0])
		write_text(l->dir[LIMIT_PIDS], "pids.max", "0");
	if (l->unified[0])
		cgroup_kill(l->unified);
	for (int left = EMPTY_MS; left > 0 && kill_all(dir); left--)
		poll(NULL, 0, 1);
}

/* Dying processes, and the kernel's own bookkeeping, may hold it for a moment. */
static void remove_v1(const char *dir)
{
	for (int left = EMPTY_MS; left > 0; left--) {
		if (rmdir(dir) == 0 || errno != EBUSY)
			return;
		kill_all(dir);
		poll(NULL, 0, 1);
	}
}

void limits_remove(const struct limits *l)
{
	if (l->unified[0])
		cgroup_remove(l->unified);
	for (int i = 0; i < NR_LIMITS; i++)
		if (l->dir[i][0] && !l->v2[i])
			remove_v1(l->dir[i]);
}

bool limits_named(const char *name)
{
	return strncmp(name, LIMITS_PREFIX, strlen(LIMITS_PREFIX)) == 0;
}

/* The sandbox's supervisor, if it is one of this process namespace's; else 0. */
static pid_t owner_of(const char *name)
{
	unsigned long ns;
	struct stat st;
	int pid, end = 0;

	if (sscanf(name, LIMITS_PREFIX "%lu.%d%n", &ns, &pid, &end) != 2 || name[end] || pid <= 1)
		return 0;
	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == ns ? pid : 0;
}

static int collect_named(const char *name)
{
	pid_t pid = owner_of(name);
	struct limits l = {};
	char folder[PATH_MAX];

	if (!pid || kill(pid, 0) == 0 || errno != ESRCH)
		return 0;
	limits_place(&l, name);
	if (limits_folder(&l, folder) ||
	    snprintf(l.unified, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		l.unified[0] = '\0';
	limits_remove(&l);
	return 1;
}

static int collect_in(const char *folder)
{
	DIR *d = folder[0] ? opendir(folder) : NULL;
	struct dirent *entry;
	int removed = 0;

	while (d && (entry = readdir(d)))
		if (entry->d_type == DT_DIR)
			removed += collect_named(entry->d_name);
	if (d)
		closedir(d);
	return removed;
}

int limits_collect(void)
{
	struct limits l = {};
	int removed = 0;

	limits_place(&l, "");
	for (int i = 0; i < NR_LIMITS; i++)
		removed += collect_in(l.dir[i]);
	if (limits_folder(&l, l.unified) == 0)
		removed += collect_in(l.unified);
	return removed;
}
