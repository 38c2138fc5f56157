/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Writing an archive of regular files: tar in its compressions, or zip, by the
 * name's ending. Owners and full times stay out of it. Not for reading archives.
 */
#ifndef COURSE_ARCHIVE_H
#define COURSE_ARCHIVE_H

#include "course/str.h"

/*
 * Writes the archive `path`: names[i] in it holds the regular file files[i],
 * executable when that is. It takes its place in one step, over one of the same
 * name; after a failure nothing has changed, and `why` is one line. 0 or -errno;
 * -EINVAL: the ending of `path` names no format.
 */
int archive_files(const char *path, const struct strv *names, const struct strv *files,
		  struct strbuf *why);

#endif
