// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Opening the cgroup that a program is to be attached to. It makes and enters none. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>

#include "common/lab/internal.h"

/* In every cgroup2 the root has this inode number. */
#define ROOT_INODE 1

static int check(int fd, const char *path)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return lab_fail(-errno, "cannot look at %s: %s", path, strerror(errno));
	if (fs.f_type != CGROUP2_SUPER_MAGIC)
		return lab_fail(-EINVAL, "%s is not a directory of cgroup2", path);
	if (st.st_ino == ROOT_INODE)
		return lab_fail(-EINVAL,
				"%s is the root cgroup, which holds every process of this machine: "
				"take one below it",
				path);
	return 0;
}

int lab_cgroup_open(const char *path)
{
	int fd, err;

	if (!path)
		path = getenv("TESTENV_CGROUP");
	if (!path || !*path)
		return lab_fail(-ENOENT, "there is no cgroup to attach to: run it inside an "
					 "environment: testenv run -- COMMAND");
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return lab_fail(-errno, "cannot open the cgroup %s: %s", path, strerror(errno));
	err = check(fd, path);
	if (!err)
		return fd;
	close(fd);
	return err;
}
