// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Archives, written by libarchive to a temporary file and then renamed. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "course/archive.h"
#include "course/files.h"

struct writer {
	struct archive *archive;
	const char *path;
	char *temporary;
	int fd;
	struct strbuf *why;
};

/* libarchive has errno's numbers where the system failed, and others of its own. */
static int failed(struct writer *w)
{
	int err = archive_errno(w->archive);

	sb_addf(w->why, "cannot write %s: %s", w->path, archive_error_string(w->archive));
	return err > 0 && err != EINVAL ? -err : -EIO;
}

static int begin(struct writer *w)
{
	if (!w->archive || archive_write_set_format_filter_by_ext(w->archive, w->path)) {
		sb_addf(w->why,
			"%s: the name tells no kind of archive; let it end in .tar.gz or .zip",
			w->path);
		return -EINVAL;
	}
	w->fd = mkostemp(w->temporary, O_CLOEXEC);
	if (w->fd < 0) {
		int err = -errno;

		sb_addf(w->why, "cannot write %s: %s", w->path, strerror(-err));
		return err;
	}
	return archive_write_open_fd(w->archive, w->fd) ? failed(w) : 0;
}

static int copy(struct writer *w, int fd, const char *from)
{
	char chunk[65536];
	ssize_t n;
	int err;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		if (archive_write_data(w->archive, chunk, n) != n)
			return failed(w);
	if (!n)
		return 0;
	err = -errno;
	sb_addf(w->why, "cannot read %s: %s", from, strerror(-err));
	return err;
}

static int add(struct writer *w, const char *name, const char *from)
{
	AUTO_FD fd = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct archive_entry *entry;
	struct stat st;
	int err;

	err = fd < 0 || fstat(fd, &st) ? -errno : S_ISREG(st.st_mode) ? 0 : -EBADF;
	if (err) {
		sb_addf(w->why, "cannot read %s: %s", from,
			err == -EBADF ? "it is not a regular file" : strerror(-err));
		return err;
	}
	entry = archive_entry_new();
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, st.st_mode & 0111 ? 0755 : 0644);
	archive_entry_set_size(entry, st.st_size);
	archive_entry_set_mtime(entry, st.st_mtime, 0);
	err = archive_write_header(w->archive, entry) ? failed(w) : copy(w, fd, from);
	archive_entry_free(entry);
	return err;
}

static int finish(struct writer *w)
{
	int err = 0;

	if (archive_write_close(w->archive))
		return failed(w);
	if (fchmod(w->fd, file_mode()) || fsync(w->fd) || rename(w->temporary, w->path)) {
		err = -errno;
		sb_addf(w->why, "cannot write %s: %s", w->path, strerror(-err));
	} else {
		file_sync_parent(w->path);
	}
	return err;
}

int archive_files(const char *path, const struct strv *names, const struct strv *files,
		  struct strbuf *why)
{
	AUTO_STR temporary = xasprintf("%s.XXXXXX", path);
	struct writer w = { .archive = archive_write_new(),
			    .path = path,
			    .temporary = temporary,
			    .fd = -1,
			    .why = why };
	int err;

	err = begin(&w);
	for (size_t i = 0; i < names->n && !err; i++)
		err = add(&w, names->v[i], files->v[i]);
	if (!err)
		err = finish(&w);
	archive_write_free(w.archive);
	if (err && w.fd >= 0)
		unlink(temporary);
	close_fd(&w.fd);
	return err;
}
