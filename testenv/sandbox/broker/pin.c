// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * BPF_OBJ_PIN, BPF_OBJ_GET: below the policy's folder, which the sandbox sees at the same
 * path. The path is walked here, from the folder down, over no link and no mount.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

static int open_below(struct call *c, const char *path, int flags)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW | flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   RESOLVE_NO_XDEV,
	};
	int fd = syscall(SYS_openat2, c->broker->pins, path, &how, sizeof(how));

	if (fd < 0)
		return -errno;
	if (c->nr_fds == CALL_FDS) {
		close(fd);
		return -EMFILE;
	}
	c->fds[c->nr_fds++] = fd;
	return fd;
}

/* Reads the path, and leaves of it what is below the folder. */
static long read_path(struct call *c, char path[PATH_MAX])
{
	const char *pins = c->broker->policy->pins;
	size_t len = strlen(pins);
	int err = call_string(c, c->in.pathname, path, PATH_MAX);

	if (err)
		return err == -E2BIG ? -ENAMETOOLONG : err;
	while (len && pins[len - 1] == '/')
		len--;
	if (c->broker->pins < 0 || strncmp(path, pins, len) != 0 || path[len] != '/')
		return call_deny(c, "objects may not be pinned at %.80s", path);
	while (path[len] == '/')
		len++;
	memmove(path, path + len, strlen(path + len) + 1);
	return *path ? 0 : -EISDIR;
}

long broker_pin(struct call *c, int *fd)
{
	char path[PATH_MAX], own[PATH_MAX + 32], *name;
	union bpf_attr a = { .pathname = (uintptr_t)own };
	int object, folder;
	long err = read_path(c, path);

	(void)fd;
	if (err)
		return err;
	name = strrchr(path, '/');
	if (name)
		*name++ = '\0';
	folder = name ? open_below(c, path, O_DIRECTORY) : c->broker->pins;
	if (folder < 0)
		return folder;
	object = call_fd(c, (int)c->in.bpf_fd);
	if (object < 0)
		return object;
	/* What is got from a pin is the sandbox's own, to be attached, too. */
	if (object_is_others(c->broker, object))
		return call_deny(c, "another's objects may not be pinned");
	snprintf(own, sizeof(own), "/proc/self/fd/%d/%s", folder, name ? name : path);
	a.bpf_fd = object;
	return broker_bpf(BPF_OBJ_PIN, &a, sizeof(a));
}

/* What lies there was pinned by this submission, now or in an earlier run, or by its judge. */
long broker_get(struct call *c, int *fd)
{
	char path[PATH_MAX], own[64];
	union bpf_attr a = { .pathname = (uintptr_t)own, .file_flags = c->in.file_flags };
	long result = read_path(c, path);
	int file;

	if (result)
		return result;
	file = open_below(c, path, 0);
	if (file < 0)
		return file;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", file);
	result = broker_bpf(BPF_OBJ_GET, &a, sizeof(a));
	if (result < 0)
		return result;
	object_add(c->broker, object_kind_of((int)result), (int)result);
	*fd = (int)result;
	return 0;
}
