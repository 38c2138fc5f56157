// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How clients find the keeper of a machine that has a name: a socket and a lock. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "testenv/vm/frame.h"
#include "testenv/vm/kernel.h"
#include "testenv/vm/keeper.h"

#define LOCK ".lock"

/*
 * A UNIX socket's address is short, and a path in the cache may not be: the
 * address is by way of an open folder. Returns the folder, to be closed, or -errno.
 */
static int socket_address(const char *name, struct sockaddr_un *address)
{
	char path[PATH_MAX];
	int err = vm_cache(path, "machines/");
	int fd = err ? err : open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err ? err : -errno;
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d/%s", fd, name);
	return fd;
}

int vm_listen(const char *name)
{
	struct sockaddr_un address;
	int folder = socket_address(name, &address);
	int fd, err = 0;

	if (folder < 0)
		return folder;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(address.sun_path); /* left by a dead one: we hold the lock */
	umask(0077);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, VM_CHANNELS))
		err = -errno;
	close(folder);
	return err ? err : fd;
}

void vm_remove_names(const char *name)
{
	char path[PATH_MAX];

	if (vm_cache(path, "machines/%s", name) == 0)
		unlink(path);
	if (vm_cache(path, "machines/%s.lock", name) == 0)
		unlink(path);
}

void vm_forget(const char *name)
{
	char path[PATH_MAX];
	int lock = vm_cache(path, "machines/%s.lock", name) ? -1 : vm_lock(path, false, -1);

	if (lock < 0)
		return;
	vm_remove_names(name);
	close(lock);
}

void vm_forget_dead(void)
{
	char path[PATH_MAX], name[NAME_MAX + 1];
	struct dirent *entry;
	size_t len;
	DIR *d = vm_cache(path, "machines") ? NULL : opendir(path);

	while (d && (entry = readdir(d))) {
		len = strlen(entry->d_name);
		if (len <= strlen(LOCK) || strcmp(entry->d_name + len - strlen(LOCK), LOCK) != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(len - strlen(LOCK)), entry->d_name);
		vm_forget(name);
	}
	if (d)
		closedir(d);
}

int vm_connect(const char *name)
{
	struct sockaddr_un address;
	int folder = socket_address(name, &address);
	int fd, err = 0;

	if (folder < 0)
		return folder;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		err = errno == ECONNREFUSED ? -ENOENT : -errno;
	close(folder);
	if (!err)
		return fd;
	close(fd);
	return err;
}
