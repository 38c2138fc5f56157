// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where a sandbox's cgroups are to be on this machine, by their name. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/cgroup.h"
#include "testenv/sandbox/limits.h"
#include "testenv/write.h"

const char *const limits_controllers[NR_LIMITS] = { "memory", "pids", "cpu", "cpuacct" };

/*
 * The directory under which the sandbox's go: in v1 the caller's own, so that limits
 * on the caller hold for the sandbox, too.
 */
static int v1_base(const char *controller, const char *mount, const char *root, char base[PATH_MAX])
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);
	char own[PATH_MAX] = "";
	struct stat st;
	int n;

	if (f) {
		limits_find_own(f, controller, own);
		fclose(f);
	}
	/* In a container the mount may show only a part of the hierarchy. */
	if (len && strncmp(own, root, len) == 0 && (own[len] == '/' || !own[len]))
		memmove(own, own + len, strlen(own + len) + 1);
	n = snprintf(base, PATH_MAX, "%s%s", mount, strcmp(own, "/") == 0 ? "" : own);
	if (n >= PATH_MAX || stat(base, &st) || !S_ISDIR(st.st_mode))
		snprintf(base, PATH_MAX, "%s", mount);
	return 0;
}

static int find_mount(const char *controller, char mount[PATH_MAX], char root[PATH_MAX], bool *v2)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	int err;

	if (!f)
		return -errno;
	err = limits_find_mount(f, controller, mount, root, v2);
	fclose(f);
	return err;
}

static bool v2_has(const char *mount, const char *controller)
{
	char path[PATH_MAX + 32], text[512] = "", *word, *rest = text;
	FILE *f;

	snprintf(path, sizeof(path), "%s/cgroup.controllers", mount);
	f = fopen(path, "re");
	if (f && !fgets(text, sizeof(text), f))
		text[0] = '\0';
	if (f)
		fclose(f);
	while ((word = strsep(&rest, " \n")))
		if (strcmp(word, controller) == 0)
			return true;
	return false;
}

/* Where a controller's directories for this process's sandboxes go. */
struct base {
	bool known;
	int err; /* 0, or -ENOENT: nowhere */
	bool v2;
	char path[PATH_MAX];
};

static int find_base(int i, struct base *b)
{
	char mount[PATH_MAX], root[PATH_MAX];
	int n = 0, err = find_mount(limits_controllers[i], mount, root, &b->v2);

	if (err)
		return err;
	if (!b->v2)
		return v1_base(limits_controllers[i], mount, root, b->path);
	if (!v2_has(mount, limits_controllers[i]))
		return -ENOENT;
	n = snprintf(b->path, PATH_MAX, "%s/testenv", mount);
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Puts into dir where the controller's directory for us is to be. 0, or -ENOENT. */
static int place(int i, const char *name, char dir[PATH_MAX], bool *v2)
{
	/* Each look reads the kernel's two lists; a process stays in its cgroups and mounts. */
	static struct base bases[NR_LIMITS];
	struct base *b = &bases[i];

	if (!b->known)
		b->err = find_base(i, b);
	b->known = true;
	*v2 = b->v2;
	dir[0] = '\0';
	if (b->err)
		return b->err;
	if (snprintf(dir, PATH_MAX, "%s/%s", b->path, name) < PATH_MAX)
		return 0;
	dir[0] = '\0';
	return -ENAMETOOLONG;
}

void limits_place(struct limits *l, const char *name)
{
	for (int i = 0; i < NR_LIMITS; i++)
		place(i, name, l->dir[i], &l->v2[i]);
}

bool limits_need_v2(const struct limits *l)
{
	for (int i = 0; i < NR_LIMITS; i++)
		if (l->dir[i][0] && l->v2[i])
			return true;
	return false;
}

/*
 * With controllers there, a cgroup2 directory cannot be below one that has
 * processes of its own, such as an environment's: then it is beside them. Without,
 * it is below, and what programs on the environment's cgroup see, they see of us.
 */
static int find_folder(const struct limits *l, char folder[PATH_MAX])
{
	char mount[PATH_MAX];
	int err;

	if (!limits_need_v2(l))
		return cgroup_folder(folder);
	err = cgroup_mount(mount);
	if (err)
		return err;
	return snprintf(folder, PATH_MAX, "%s/testenv", mount) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int limits_folder(const struct limits *l, char folder[PATH_MAX])
{
	static char found[PATH_MAX];
	int err = *found ? 0 : find_folder(l, found);

	if (err)
		found[0] = '\0';
	strcpy(folder, found);
	return err;
}
