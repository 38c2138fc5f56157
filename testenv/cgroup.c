// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The cgroup2 directory of an environment, see cgroup.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "testenv/cgroup.h"
#include "testenv/slot.h"
#include "testenv/testenv.h"
#include "testenv/write.h"

#define MARK_XATTR "trusted.testenv"
#define MARK_LEN   32
/* How long killed processes may take to be gone. */
#define EMPTY_MS 5000
/* How many containers may have environments of one name in one cgroup2. */
#define SAME_NAMES 100

int cgroup_mount(char path[PATH_MAX])
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t room = 0;
	int err = -ENOENT;

	if (!f)
		return -errno;
	while (err && getline(&line, &room, f) > 0) {
		char *tail = strstr(line, " - cgroup2 ");

		_Static_assert(PATH_MAX == 4096, "the width in the format below");
		if (tail && sscanf(line, "%*s %*s %*s %*s %4095s", path) == 1)
			err = 0;
	}
	free(line);
	fclose(f);
	return err;
}

static bool marked(const char *path)
{
	return getxattr(path, MARK_XATTR, NULL, 0) >= 0;
}

/*
 * Whose: the file system that holds the register of environments. Containers
 * may share a cgroup2, but then each has a /run of its own, or it is the same one.
 */
static int owner(char mark[MARK_LEN])
{
	static const char *const places[] = { SLOT_DIR, TESTENV_RUN, "/run" };
	struct stat st;

	for (int i = 0; i < 3; i++) {
		if (stat(places[i], &st))
			continue;
		snprintf(mark, MARK_LEN, "%u:%u", major(st.st_dev), minor(st.st_dev));
		return 0;
	}
	return -errno;
}

/* Was it made by this machine's or this container's testenv? */
static bool ours(const char *path)
{
	char mark[MARK_LEN], found[MARK_LEN];
	ssize_t len = getxattr(path, MARK_XATTR, found, sizeof(found));

	return len > 0 && owner(mark) == 0 && (size_t)len == strlen(mark) &&
	       memcmp(mark, found, len) == 0;
}

static int make_marked(const char *path)
{
	char mark[MARK_LEN];
	int err = owner(mark);

	if (err)
		return err;
	if (mkdir(path, 0755))
		return -errno;
	if (setxattr(path, MARK_XATTR, mark, strlen(mark), 0)) {
		int err = -errno;

		rmdir(path);
		return err;
	}
	return 0;
}

/* The folder "testenv" that holds them all goes with the last one. */
static void remove_parent(const char *path)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = '\0';
	if (marked(parent))
		rmdir(parent);
}

/* The caller's own cgroup, if it is one of ours. */
static int own_cgroup(const char *mounted, char path[PATH_MAX])
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char *line = NULL;
	size_t room = 0;
	int err = -ENOENT;

	if (!f)
		return -errno;
	while (err && getline(&line, &room, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::/", 4) != 0)
			continue;
		if (snprintf(path, PATH_MAX, "%s%s", mounted, line + 3) < PATH_MAX && marked(path))
			err = 0;
	}
	free(line);
	fclose(f);
	return err;
}

int cgroup_folder(char path[PATH_MAX])
{
	char mounted[PATH_MAX], base[PATH_MAX];
	int err = cgroup_mount(mounted);

	if (err)
		return err;
	if (own_cgroup(mounted, base))
		memcpy(base, mounted, sizeof(base));
	return snprintf(path, PATH_MAX, "%s/testenv", base) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Makes folder/name, and folder first where it is lacking. */
static int make_in(const char *folder, const char *path)
{
	int err;

	/*
	 * The mount is there, so -ENOENT means that someone else's last
	 * environment took the folder away meanwhile.
	 */
	do {
		err = make_marked(folder);
		if (!err || err == -EEXIST)
			err = make_marked(path);
	} while (err == -ENOENT);
	return err;
}

/*
 * The i-th path that NAME's cgroup may have: a container with a /run of its own
 * may use the same names in this cgroup2.
 */
static int nth_path(const char *folder, const char *name, int i, char path[PATH_MAX])
{
	int n = i ? snprintf(path, PATH_MAX, "%s/%s~%d", folder, name, i)
		  : snprintf(path, PATH_MAX, "%s/%s", folder, name);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int cgroup_make(const char *name, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	int err = cgroup_folder(folder);

	path[0] = '\0';
	if (err)
		return err;
	err = -EEXIST;
	for (int i = 0; i < SAME_NAMES && err == -EEXIST; i++) {
		err = nth_path(folder, name, i, path);
		if (!err)
			err = make_in(folder, path);
	}
	if (err)
		path[0] = '\0';
	return err;
}

int cgroup_make_in(const char *folder, const char *name, char path[PATH_MAX])
{
	int err = nth_path(folder, name, 0, path);

	return err ? err : make_in(folder, path);
}

int cgroup_find(const char *name, char path[PATH_MAX])
{
	char folder[PATH_MAX];
	int err = cgroup_folder(folder);

	for (int i = 0; i < SAME_NAMES && !err; i++) {
		err = nth_path(folder, name, i, path);
		if (!err && ours(path))
			return 0;
	}
	path[0] = '\0';
	return -ENOENT;
}

bool cgroup_inside(const char *path)
{
	char mounted[PATH_MAX], own[PATH_MAX];
	size_t len = strlen(path);

	return len && cgroup_mount(mounted) == 0 && own_cgroup(mounted, own) == 0 &&
	       strncmp(own, path, len) == 0 && (own[len] == '\0' || own[len] == '/');
}

int cgroup_join(const char *path)
{
	return write_text(path, "cgroup.procs", "0");
}

/* Kernels before 5.14 have no cgroup.kill. */
static void kill_one_by_one(const char *path)
{
	char file[PATH_MAX + 32];
	FILE *f;
	int pid;

	snprintf(file, sizeof(file), "%s/cgroup.procs", path);
	f = fopen(file, "re");
	if (!f)
		return;
	while (fscanf(f, "%d", &pid) == 1)
		if (pid > 0)
			kill(pid, SIGKILL);
	fclose(f);
}

/* Waits for "populated 0": the kernel wakes us when it changes. */
static int wait_empty(const char *path)
{
	char file[PATH_MAX + 32], text[128];
	struct pollfd event = { .events = POLLPRI };
	int err = -ETIMEDOUT;

	snprintf(file, sizeof(file), "%s/cgroup.events", path);
	event.fd = open(file, O_RDONLY | O_CLOEXEC);
	if (event.fd < 0)
		return -errno;
	for (int left = EMPTY_MS; left > 0 && err == -ETIMEDOUT; left -= 100) {
		ssize_t n = pread(event.fd, text, sizeof(text) - 1, 0);

		text[n > 0 ? n : 0] = '\0';
		if (n < 0)
			err = -errno;
		else if (strstr(text, "populated 0"))
			err = 0;
		else
			poll(&event, 1, 100);
	}
	close(event.fd);
	return err;
}

/* Environments made inside this one have theirs below. */
static int remove_below(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	if (!d)
		return -errno;
	while ((entry = readdir(d))) {
		char sub[PATH_MAX];

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		if (snprintf(sub, sizeof(sub), "%s/%s", path, entry->d_name) < (int)sizeof(sub))
			remove_below(sub);
	}
	closedir(d);
	return rmdir(path) ? -errno : 0;
}

int cgroup_kill(const char *path)
{
	if (write_text(path, "cgroup.kill", "1"))
		kill_one_by_one(path);
	return wait_empty(path);
}

int cgroup_remove(const char *path)
{
	int err;

	if (!ours(path))
		return access(path, F_OK) && errno == ENOENT ? 0 : -EPERM;
	if (rmdir(path)) {
		err = cgroup_kill(path);
		if (!err)
			err = remove_below(path);
		if (err)
			return err;
	}
	remove_parent(path);
	return 0;
}
