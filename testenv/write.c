// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Text into files. See write.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testenv/write.h"

int write_text_at(int dir, const char *path, int flags, const char *text)
{
	int fd = openat(dir, path, O_WRONLY | O_CLOEXEC | flags, 0644);
	size_t size = strlen(text);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = write(fd, text, size);
	err = n < 0 ? -errno : (size_t)n == size ? 0 : -EIO;
	close(fd);
	return err;
}

int write_text(const char *folder, const char *file, const char *text)
{
	char path[PATH_MAX + 64];

	if (snprintf(path, sizeof(path), "%s/%s", folder, file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return write_text_at(AT_FDCWD, path, 0, text);
}
