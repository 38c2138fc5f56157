// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Has libexec/vm-archive read and write archives; see archive/main.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "testenv/testenv.h"
#include "testenv/vm/fetch.h"
#include "testenv/vm/kernel.h"

int vm_self(char path[PATH_MAX])
{
	/*
	 * Read once: after chroot(), the kernel names it from another root as soon as we have a
	 * mount namespace of our own (rights.c), for it lies in a mount of the one before.
	 */
	static char self[PATH_MAX];
	ssize_t len;

	if (!self[0]) {
		len = readlink("/proc/self/exe", self, sizeof(self) - 1);
		if (len < 0)
			return -errno;
		self[len] = '\0';
	}
	memcpy(path, self, sizeof(self));
	return 0;
}

int vm_libexec(const char *name, char path[PATH_MAX])
{
	int err = vm_self(path);
	char *slash;

	if (err)
		return err;
	path[PATH_MAX - 64] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash ? slash + 1 : path, 64, "../libexec/%.40s", name);
	return 0;
}

static int run(const char *const *words, char what[PATH_MAX])
{
	struct vm_tool tool = {};
	char path[PATH_MAX];
	const char *argv[6] = { path };
	int status, err = vm_libexec("vm-archive", path);

	snprintf(what, PATH_MAX, "%s", path);
	if (err)
		return err;
	for (int i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	status = vm_tool_run(&tool, argv);
	if (status && vm_buf_len(&tool.out) > 1)
		snprintf(what, PATH_MAX, "%s", tool.out.data + tool.out.start);
	vm_tool_free(&tool);
	return status < 127 ? -status : status == 127 ? -ENOENT : -EIO;
}

int vm_archive_unpack(const char *dir, char what[PATH_MAX])
{
	return run((const char *const[]){ "unpack", dir, NULL }, what);
}

int vm_archive_initramfs(const struct vm_kernel *kernel, const char *init, char what[PATH_MAX])
{
	/* Not closed at execution: it is the other program that fills it. */
	int fd = memfd_create("testenv-initramfs", 0), err = fd < 0 ? -errno : 0;
	char number[16];

	snprintf(what, PATH_MAX, "memory");
	snprintf(number, sizeof(number), "%d", fd);
	if (!err)
		err = run((const char *const[]){ "initramfs", number, kernel->dir, init, NULL },
			  what);
	if (!err && fcntl(fd, F_SETFD, FD_CLOEXEC))
		err = -errno;
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}
