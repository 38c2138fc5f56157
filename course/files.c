// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Files and folders; see files.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/files.h"
#include "course/interrupt.h"

bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int file_read(const char *path, char **text, size_t *len)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_SB sb = { 0 };
	char chunk[16384];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, chunk, sizeof(chunk)))) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (sb.len + n > FILE_MAX)
			return -EFBIG;
		sb_addn(&sb, chunk, n);
	}
	*text = xstrndup(sb_str(&sb), sb.len);
	if (len)
		*len = sb.len;
	return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

void file_sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	AUTO_STR dir = slash ? xstrndup(path, slash - path + 1) : xstrdup(".");
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

/* Not by umask(), which would change it for other threads, and for what they start meanwhile. */
mode_t file_mode(void)
{
	AUTO_STR status = NULL;
	const char *mask;

	if (file_read("/proc/self/status", &status, NULL))
		return 0644;
	mask = strstr(status, "\nUmask:");
	return mask ? 0666 & ~strtoul(mask + strlen("\nUmask:"), NULL, 8) : 0644;
}

int file_replace(const char *path, const char *data, size_t len)
{
	AUTO_STR temporary = xasprintf("%s.XXXXXX", path);
	AUTO_FD fd = mkostemp(temporary, O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, data, len);
	if (!err && (fchmod(fd, file_mode()) || fsync(fd)))
		err = -errno;
	/* A full disk may say so only here. */
	if (close(fd) && !err)
		err = -errno;
	fd = -1;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	else
		file_sync_parent(path);
	return err;
}

void file_forget_unfinished(const char *path)
{
	const char *slash = strrchr(path, '/');
	AUTO_STR dir_path = slash ? xasprintf("%.*s", (int)(slash - path), path) : xstrdup(".");
	AUTO_STR begin = xasprintf("%s.", slash ? slash + 1 : path);
	size_t len = strlen(begin);
	struct dirent *entry;
	DIR *dir = opendir(dir_path);

	while (dir && (entry = readdir(dir)))
		if (starts_with(entry->d_name, begin) &&
		    strlen(entry->d_name) == len + strlen("XXXXXX") &&
		    !strchr(entry->d_name + len, '.'))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

int file_copy(const char *from, const char *to)
{
	AUTO_STR text = NULL;
	size_t len;
	int err = file_read(from, &text, &len);

	return err ? err : file_replace(to, text, len);
}

bool file_same(const char *a, const char *b)
{
	AUTO_STR x = NULL;
	AUTO_STR y = NULL;
	size_t n, m;

	return !file_read(a, &x, &n) && !file_read(b, &y, &m) && n == m && !memcmp(x, y, n);
}

int make_dirs(const char *path)
{
	AUTO_STR copy = xstrdup(path);
	int err;

	for (char *p = copy + 1;; p++) {
		char kept = *p;

		if (kept != '/' && kept)
			continue;
		*p = '\0';
		err = mkdir(copy, 0777) ? -errno : 0;
		if (err && err != -EEXIST && !is_dir(copy))
			return err;
		*p = kept;
		if (!kept)
			break;
	}
	return is_dir(path) ? 0 : -ENOTDIR;
}

int dir_names(const char *path, struct strv *names)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int err;

	if (!dir)
		return -errno;
	while ((errno = 0, entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			strv_add(names, entry->d_name);
	err = -errno;
	closedir(dir);
	strv_sort(names);
	return err;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) ? -errno : 0;
}

int remove_all(const char *path)
{
	int err = nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	return err == -1 ? errno == ENOENT ? 0 : -errno : err;
}

static int take_lock(const char *path, int how, bool wait)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

	/* Another user has made it: to lock it, reading is enough. */
	if (fd < 0 && errno == EACCES)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	while (flock(fd, how | LOCK_NB)) {
		int err = -errno;

		if (err == -EWOULDBLOCK && wait && !interrupt_wait(20))
			continue;
		close(fd);
		return err == -EWOULDBLOCK && wait ? -EINTR : err;
	}
	return fd;
}

int file_lock(const char *path, bool wait)
{
	return take_lock(path, LOCK_EX, wait);
}

int file_lock_shared(const char *path)
{
	return take_lock(path, LOCK_SH, true);
}

int dir_writable(const char *path)
{
	AUTO_STR temporary = xasprintf("%s/.probe.XXXXXX", path);
	static const char zeros[4096];
	AUTO_FD fd = mkostemp(temporary, O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, zeros, sizeof(zeros));
	unlink(temporary);
	return err;
}
