// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The guest's file systems: the host's tree, read only, with an overlay in
 * memory on top, and the kernel's own file systems that BPF lessons use.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/vm/guest/guest.h"
#include "testenv/testenv.h"

#define P9_OPTIONS "trans=virtio,version=9p2000.L,msize=512000,cache=loose,access=any"

struct mounted {
	const char *type, *where, *options;
};

static const struct mounted early[] = {
	{ "devtmpfs", "/dev", NULL },
	{ "proc", "/proc", NULL },
	{ "sysfs", "/sys", NULL },
};

/* A kernel that lacks one does without. */
static const struct mounted late[] = {
	{ "tmpfs", "/run", "mode=755" },
	{ "tmpfs", "/dev/shm", "mode=1777" },
	{ "devpts", "/dev/pts", "ptmxmode=666,mode=620" },
	{ "cgroup2", "/sys/fs/cgroup", NULL },
	{ "bpf", "/sys/fs/bpf", "mode=700" },
	{ "tracefs", "/sys/kernel/tracing", NULL },
	{ "debugfs", "/sys/kernel/debug", NULL },
	{ "securityfs", "/sys/kernel/security", NULL },
};

static const struct link {
	const char *to, *at;
} links[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
};

/* The machine is the learner's: nothing is hidden from its root. */
static const struct setting {
	const char *path, *text;
} settings[] = {
	{ "/proc/sys/kernel/modprobe", GUEST_RUN "/modprobe" },
	{ "/proc/sys/kernel/perf_event_paranoid", "-1" },
	{ "/proc/sys/kernel/kptr_restrict", "0" },
	/* agent.c does it for each command: not a line on the console for each. */
	{ "/proc/sys/vm/drop_caches", "4" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void guest_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		guest_log("cannot write to %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void mount_all(const struct mounted *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mkdir(list[i].where, 0755);
		if (mount(TESTENV_MARK, list[i].where, list[i].type, 0, list[i].options))
			guest_log("no %s at %s: %s", list[i].type, list[i].where, strerror(errno));
	}
}

void guest_mount_early(void)
{
	mount_all(early, COUNT(early));
}

static int mount_overlay(const char **what)
{
	mkdir("/lower", 0755);
	mkdir("/upper", 0755);
	mkdir("/new", 0755);
	*what = "mount the host's files (9p)";
	if (mount("host", "/lower", "9p", MS_RDONLY, P9_OPTIONS))
		return -errno;
	*what = "mount memory for changed files";
	if (mount(TESTENV_MARK, "/upper", "tmpfs", 0, "mode=755"))
		return -errno;
	mkdir("/upper/new", 0755);
	mkdir("/upper/work", 0755);
	*what = "mount the overlay";
	if (mount(TESTENV_MARK, "/new", "overlay", 0,
		  "lowerdir=/lower,upperdir=/upper/new,workdir=/upper/work"))
		return -errno;
	return 0;
}

static int switch_root(const char **what)
{
	char to[32];

	for (size_t i = 0; i < COUNT(early); i++) {
		snprintf(to, sizeof(to), "/new%s", early[i].where);
		*what = "move the kernel's file systems";
		if (mount(early[i].where, to, NULL, MS_MOVE, NULL))
			return -errno;
	}
	*what = "switch to the host's tree";
	if (chdir("/new") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		return -errno;
	return 0;
}

/* The kernel calls it by a name; it is this very program, from the initramfs. */
static void keep_modprobe(void)
{
	char block[65536];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(GUEST_RUN "/modprobe", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0)
		if (write(to, block, n) != n)
			break;
	close(from);
	close(to);
}

int guest_mount_tree(const struct vm_frame *setup, const char **what)
{
	const char *modules = vm_value(setup, "modules");
	int err = mount_overlay(what);

	if (!err)
		err = switch_root(what);
	if (err)
		return err;
	mount_all(late, COUNT(late));
	for (size_t i = 0; i < COUNT(links); i++)
		if (symlink(links[i].to, links[i].at) && errno != EEXIST)
			guest_log("no link %s: %s", links[i].at, strerror(errno));
	mkdir(GUEST_RUN, 0755);
	if (modules && symlink(modules, GUEST_MODULES))
		guest_log("no link %s: %s", GUEST_MODULES, strerror(errno));
	keep_modprobe();
	for (size_t i = 0; i < COUNT(settings); i++)
		guest_write(settings[i].path, settings[i].text);
	return 0;
}
