// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Fetching files out of the work folder, whose content is the enemy's. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/outcome.h"
#include "testenv/testenv.h"

int outfile_open(struct outfile *file, const char *path, mode_t mode)
{
	char folder[PATH_MAX];
	struct stat st;

	file->fd = -1;
	file->path = path;
	if (snprintf(file->temporary, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd < 0)
		return -errno;
	/* We are root, perhaps through sudo: it is to belong to whom the folder belongs. */
	snprintf(folder, sizeof(folder), "%s", path);
	if (stat(dirname(folder), &st) || fchown(file->fd, st.st_uid, st.st_gid) ||
	    fchmod(file->fd, mode)) {
		int err = -errno;

		outfile_abandon(file);
		return err;
	}
	return 0;
}

int outfile_commit(struct outfile *file)
{
	int err = rename(file->temporary, file->path) ? -errno : 0;

	if (err)
		unlink(file->temporary);
	close(file->fd);
	file->fd = -1;
	return err;
}

void outfile_abandon(struct outfile *file)
{
	unlink(file->temporary);
	close(file->fd);
	file->fd = -1;
}

void collect_clear(const struct box_list *collects)
{
	for (int i = 0; i < collects->nr; i++)
		unlink(collects->at[i].to);
}

/*
 * No link, symbolic or magic, and no other mount is followed: a link to /etc/shadow
 * would be resolved by us. No FIFO is waited for, no device read. A file with a second
 * name may be the same one under another submission's name.
 */
static int open_inside(int box, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   RESOLVE_NO_XDEV,
	};
	int fd = syscall(SYS_openat2, box, name, &how, sizeof(how));
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
		return fd;
	close(fd);
	return -EINVAL;
}

/* Its size needs no cap of its own: a sparse one is as large as RLIMIT_FSIZE at most. */
static int copy_out(int from, const char *path, mode_t mode)
{
	struct outfile file;
	char block[65536];
	ssize_t n, m = 0;
	int err = outfile_open(&file, path, mode);

	if (err)
		return err;
	while ((n = read(from, block, sizeof(block))) > 0 && m >= 0)
		for (ssize_t done = 0; done < n && m >= 0; done += m)
			m = write(file.fd, block + done, n - done);
	if (n < 0 || m < 0) {
		err = -errno;
		outfile_abandon(&file);
		return err;
	}
	return outfile_commit(&file);
}

static int collect(const struct box_pair *pair, int box)
{
	int err, fd = open_inside(box, pair->from);
	struct stat st;

	/* Not there, or no plain file: CMD has not made it. */
	if (fd < 0)
		return 0;
	err = fstat(fd, &st) ? -errno : copy_out(fd, pair->to, st.st_mode & 0100 ? 0755 : 0644);
	close(fd);
	if (err)
		report(EXIT_INTERNAL, "cannot write %s: %s", pair->to, strerror(-err));
	return err;
}

int collect_all(const struct box_list *collects, int box)
{
	int err = 0;

	for (int i = 0; i < collects->nr && !err; i++)
		err = collect(&collects->at[i], box);
	return err;
}
