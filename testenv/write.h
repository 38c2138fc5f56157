/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Text into files: the kernel's own ones, of cgroups and of processes, and small ones of ours. */
#ifndef TESTENV_WRITE_H
#define TESTENV_WRITE_H

/*
 * In one write(2), as the kernel's files want it. The path is from the open folder dir, or AT_FDCWD.
 * flags: 0 for a file that is there; O_CREAT | O_EXCL. Returns 0 or -errno.
 */
int write_text_at(int dir, const char *path, int flags, const char *text);
/* The same to a file that is there, in a folder. */
int write_text(const char *folder, const char *file, const char *text);

#endif
