/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Files and folders. Functions return 0 or -errno and say nothing. */
#ifndef COURSE_FILES_H
#define COURSE_FILES_H

#include <sys/types.h>

#include "course/str.h"

#define FILE_MAX (4u << 20) /* no file that we read is larger */

bool is_file(const char *path);
bool is_dir(const char *path);
/* The whole file, NUL-terminated, in *text; the caller frees it. `len` may be NULL.
 * -EFBIG above FILE_MAX.
 */
int file_read(const char *path, char **text, size_t *len);
/* Replaces the file in one step: a reader sees the old or the new one, also after a crash. */
int file_replace(const char *path, const char *data, size_t len);
/* Removes what file_replace() had begun to write of `path` when it was killed. Nobody else may be replacing it. */
void file_forget_unfinished(const char *path);
/* The mode of a file that we make: what the user's umask leaves of rw-rw-rw-. */
mode_t file_mode(void);
/* Makes sure that a crash does not undo a rename to `path`. */
void file_sync_parent(const char *path);
/* Copies a regular file through file_replace(). */
int file_copy(const char *from, const char *to);
/* Do both hold the same bytes? Not when one of them cannot be read. */
bool file_same(const char *a, const char *b);
int make_dirs(const char *path);
/* Names in a folder, sorted, without those that begin with a dot. */
int dir_names(const char *path, struct strv *names);
/* Removes a file, or a folder with all in it. Links are removed, not followed. 0 also when it is not there. */
int remove_all(const char *path);
/* Takes an exclusive lock on `path`, which is made when it is not there. Returns the fd, which
 * close() unlocks, -EWOULDBLOCK with wait == false, -EINTR after Ctrl-C.
 */
int file_lock(const char *path, bool wait);
/* The same, waiting, for a lock that several can have at a time. */
int file_lock_shared(const char *path);
/* Can a file be made in this folder, and hold something? */
int dir_writable(const char *path);

void close_fd(int *fd); /* for COURSE_CLEANUP */
#define AUTO_FD COURSE_CLEANUP(close_fd) int

#endif
