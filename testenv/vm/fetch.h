/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The pieces of "testenv vm fetch": asking apt, and unpacking what it brings. */
#ifndef TESTENV_VM_FETCH_H
#define TESTENV_VM_FETCH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "testenv/vm/frame.h"

/* sources.c: where this machine gets its packages from. */
struct vm_source {
	char main[256]; /* the URI of Debian's archive, or empty */
	char security[256];
};

/* Reads one file of apt's sources, in either format, given as text. */
void vm_source_read(struct vm_source *source, const char *text);
/* Reads all of the machine's. */
void vm_source_find(struct vm_source *source);
/*
 * Appends sources in apt's new format that hold kernels of the wanted version
 * to text. The names of the suites are in a table there. 0 or -ENOENT.
 */
int vm_source_write(const struct vm_source *source, const char *wanted, struct vm_buf *text);

/* apt.c: apt with a configuration of its own below dir. All return exit codes. */
int vm_apt_begin(const char *dir, const char *wanted);
/* Finds the newest release that is wanted. */
int vm_apt_choose(const char *dir, const char *wanted, char *release, size_t size);
/* Downloads its packages into dir/deb. */
int vm_apt_download(const char *dir, const char *release);

/* unpack.c, in libexec/vm-archive: takes what is needed out of dir/deb into dir/kernel. */
int vm_unpack(const char *dir, char what[PATH_MAX]);
/* archive.c: the same from testenv. */
int vm_archive_unpack(const char *dir, char what[PATH_MAX]);

/* image.c: the kernel inside a bzImage, decompressed, into an empty buffer. 0 or -errno. */
int vm_image_extract(const char *image, size_t size, struct vm_buf *vmlinux);

/* tool.c: runs a program of the machine's in dir. */
struct vm_tool {
	const char *dir;
	struct vm_buf out; /* its stdout, ended by a zero byte */
	struct vm_buf err;
};
/* Its exit status; 127 when it cannot be run; 128+N for a signal. */
int vm_tool_run(struct vm_tool *tool, const char *const *argv);
void vm_tool_free(struct vm_tool *tool);

#endif
