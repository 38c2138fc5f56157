/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Files that somebody hands us: logs of any size, objects. */
#ifndef COURSE_SAVEDLOG_H
#define COURSE_SAVEDLOG_H

#include "course/str.h"

#define SAVEDLOG_MAX (16u << 20) /* of a longer log the end counts */
#define OBJECT_MAX   (64u << 20)

/*
 * The end of a log, "-" is stdin, as text: bytes that are 0 become "?". *cut: there was more.
 * 0 or -errno.
 */
int savedlog_read(const char *path, struct strbuf *text, bool *cut);

/* An object for BPF, whole. -ENOEXEC: it is none, -EFBIG, or -errno. */
int object_read(int fd, struct strbuf *bytes);

#endif
