// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Paths, locks and folders of the user's cache. See kernel.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/vm/kernel.h"

#define CACHE "bpf-labs"
/* Begins the name of a folder that is being made. */
#define UNFINISHED "tmp."
/* How often a lock is tried. flock(2) cannot be waited for beside other things. */
#define LOCK_MS 20

static int root_path(char *path, size_t size)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return snprintf(path, size, "%s/" CACHE, cache);
	return snprintf(path, size, "%s/.cache/" CACHE, home && home[0] == '/' ? home : "/root");
}

static int make_parents(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0755) && errno != EEXIST && errno != EROFS && errno != EACCES)
			return -errno;
		*p = '/';
	}
	return 0;
}

int vm_cache(char path[PATH_MAX], const char *fmt, ...)
{
	int n = root_path(path, PATH_MAX);
	va_list ap;

	if (n >= PATH_MAX - VM_RELEASE * 2)
		return -ENAMETOOLONG;
	path[n++] = '/';
	va_start(ap, fmt);
	vsnprintf(path + n, PATH_MAX - n, fmt, ap);
	va_end(ap);
	return make_parents(path);
}

/* Whoever held the lock may have removed its file meanwhile. */
static bool is_same_file(int fd, const char *path)
{
	struct stat open, named;

	return fstat(fd, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino;
}

/* The owner's end of a socket was closed. */
static bool has_gone(int owner, int ms)
{
	struct pollfd fd = { .fd = owner, .events = POLLRDHUP };

	return poll(&fd, 1, ms) > 0;
}

int vm_lock(const char *path, bool wait, int owner)
{
	for (;;) {
		int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);

		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_same_file(fd, path))
			return fd;
		close(fd);
		if (!wait)
			return -EAGAIN;
		if (has_gone(owner, LOCK_MS))
			return -ECANCELED;
	}
}

int vm_cache_begin(const char *parent, char path[PATH_MAX])
{
	int err = vm_cache(path, "%s/" UNFINISHED "XXXXXX", parent);
	int fd;

	if (err)
		return err;
	if (!mkdtemp(path))
		return -errno;
	chmod(path, 0755);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		return -errno;
	return fd;
}

static void collect_one(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		vm_remove_tree(path);
	if (fd >= 0)
		close(fd);
}

void vm_cache_collect(const char *parent)
{
	char path[PATH_MAX], entry_path[PATH_MAX + 257];
	struct dirent *entry;
	DIR *d;

	if (vm_cache(path, "%s", parent))
		return;
	d = opendir(path);
	while (d && (entry = readdir(d))) {
		if (strncmp(entry->d_name, UNFINISHED, strlen(UNFINISHED)) != 0)
			continue;
		snprintf(entry_path, sizeof(entry_path), "%s/%s", path, entry->d_name);
		collect_one(entry_path);
	}
	if (d)
		closedir(d);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path) ? -errno : 0;
}

int vm_remove_tree(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int is_release(const struct dirent *entry)
{
	return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

static int older_first(const struct dirent **a, const struct dirent **b)
{
	return vm_version_compare((*a)->d_name, (*b)->d_name);
}

int vm_kernel_each(int (*each)(const struct vm_kernel *kernel, void *data), void *data)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int n, stop = 0;

	n = vm_cache(path, "kernels");
	if (n)
		return n;
	n = scandir(path, &entries, is_release, older_first);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		struct vm_kernel kernel;

		snprintf(kernel.release, sizeof(kernel.release), "%.*s", VM_RELEASE - 1,
			 entries[i]->d_name);
		if (!stop && vm_cache(kernel.dir, "kernels/%s", kernel.release) == 0)
			stop = each(&kernel, data);
		free(entries[i]);
	}
	free(entries);
	return stop;
}

struct search {
	const char *wanted;
	struct vm_kernel *found;
	bool any;
};

static int take_if_wanted(const struct vm_kernel *kernel, void *data)
{
	struct search *search = data;

	if (vm_version_matches(kernel->release, search->wanted)) {
		*search->found = *kernel;
		search->any = true;
	}
	return 0;
}

int vm_kernel_find(const char *wanted, struct vm_kernel *kernel)
{
	struct search search = { .wanted = wanted, .found = kernel };
	int err = vm_kernel_each(take_if_wanted, &search);

	return err ? err : search.any ? 0 : -ENOENT;
}
