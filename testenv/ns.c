// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Namespaces and mounts, see ns.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "testenv/ns.h"
#include "testenv/testenv.h"

int ns_net(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int ns_new_net(void)
{
	int err = fault_step();

	if (err)
		return err;
	return unshare(CLONE_NEWNET) ? -errno : ns_net();
}

int ns_enter_net(int fd)
{
	return setns(fd, CLONE_NEWNET) ? -errno : 0;
}

int ns_private_mounts(void)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL))
		return -errno;
	return 0;
}

int ns_mount(const char *type, const char *dir, unsigned long flags, const char *options)
{
	int err = fault_step();

	if (err)
		return err;
	return mount(TESTENV_MARK, dir, type, flags, options) ? -errno : 0;
}

int ns_bind(const char *from, const char *to)
{
	int err = fault_step();

	if (err)
		return err;
	return mount(from, to, NULL, MS_BIND, NULL) ? -errno : 0;
}

int ns_keep(int fd, const char *path)
{
	char from[32];
	int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

	if (file < 0)
		return -errno;
	close(file);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	return ns_bind(from, path);
}

bool ns_is(const char *path, long magic)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (long)fs.f_type == magic;
}

bool ns_is_marked(const char *dir)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	bool marked = false;
	size_t room = 0;

	if (!f)
		return false;
	while (getline(&line, &room, f) > 0) {
		char *tail = strstr(line, " - ");
		char at[4096], source[64];

		/* The last line for a folder is the mount that is seen there. */
		if (sscanf(line, "%*s %*s %*s %*s %4095s", at) == 1 && strcmp(at, dir) == 0)
			marked = tail && sscanf(tail, " - %*s %63s", source) == 1 &&
				 strcmp(source, TESTENV_MARK) == 0;
	}
	free(line);
	fclose(f);
	return marked;
}

void ns_tracefs(void)
{
	if (!ns_is(TRACEFS, TRACEFS_MAGIC))
		mount(TESTENV_MARK, TRACEFS, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

void ns_sysfs(const char *scratch)
{
	static const char *const views[] = { "class/net", "devices/virtual/net" };
	char from[512], to[64];

	if (mount(TESTENV_MARK, scratch, "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return;
	for (int i = 0; i < 2; i++) {
		snprintf(from, sizeof(from), "%s/%s", scratch, views[i]);
		snprintf(to, sizeof(to), "/sys/%s", views[i]);
		mount(from, to, NULL, MS_BIND, NULL);
	}
	umount2(scratch, MNT_DETACH);
}

int ns_sysctl(const char *name, const char *value)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}
