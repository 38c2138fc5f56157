// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads a hostile archive: entry by entry, each byte counted, whether wanted or
 * not, so that a bomb ends at a limit. Nothing is unpacked by the library.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "course/grade/intake_source.h"

#define BLOCK 65536

struct reader {
	struct intake_source *src;
	struct archive *archive;
	size_t total; /* bytes unpacked so far */
};

static int damaged(struct reader *r)
{
	const char *says = archive_error_string(r->archive);

	sb_addf(r->src->why, "the archive cannot be read: %s", says ? says : "no reason given");
	return intake_blame(archive_errno(r->archive));
}

/* Reads the entry's data to its end; into `data`, where that is wanted and not too much. */
static int read_data(struct reader *r, struct strbuf *data, bool *too_large)
{
	const void *block;
	la_int64_t offset;
	size_t size;
	int status;

	*too_large = false;
	while ((status = archive_read_data_block(r->archive, &block, &size, &offset)) ==
	       ARCHIVE_OK) {
		r->total += size;
		if (r->total > INTAKE_TOTAL_MAX) {
			sb_addf(r->src->why, "the archive holds more than %u MiB",
				INTAKE_TOTAL_MAX >> 20);
			return -E2BIG;
		}
		/* A hole in the file counts as what would have to be written. */
		if (!data || *too_large)
			continue;
		if ((size_t)offset + size > INTAKE_FILE_MAX || (size_t)offset < data->len) {
			*too_large = true;
			continue;
		}
		while (data->len < (size_t)offset)
			sb_addn(data, "", 1);
		sb_addn(data, block, size);
	}
	return status == ARCHIVE_EOF ? 0 : damaged(r);
}

static const char *unfit(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry))
		return "it is a hard link";
	if (archive_entry_filetype(entry) == AE_IFLNK)
		return "it is a symbolic link";
	if (archive_entry_filetype(entry) != AE_IFREG)
		return "it is not a regular file";
	if (archive_entry_is_encrypted(entry) > 0)
		return "it is encrypted";
	return NULL;
}

static const char *entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	/* Bytes that are no UTF-8 are no lesson's name, but can be reported. */
	if (!name)
		name = archive_entry_pathname(entry);
	return name ? name : "(a name that cannot be read)";
}

static int take_entry(struct reader *r, struct archive_entry *entry)
{
	const char *name = entry_name(entry);
	struct intake_source *src = r->src;
	AUTO_STR target = NULL;
	AUTO_SB data = { 0 };
	const char *why = unfit(entry);
	bool too_large;
	int err;

	if (++src->entries > INTAKE_ENTRIES_MAX) {
		sb_addf(src->why, "the archive has more than %d entries", INTAKE_ENTRIES_MAX);
		return -E2BIG;
	}
	if (why && archive_entry_filetype(entry) != AE_IFDIR)
		intake_ignore(src->in, name, why);
	/* It is passed over by its packed size. */
	if (archive_entry_is_encrypted(entry) > 0)
		return 0;
	/* No folder and no link holds data; one that does is unpacked all the same. */
	if (why)
		return read_data(r, NULL, &too_large);
	intake_wants(src, name, &target);
	err = read_data(r, target ? &data : NULL, &too_large);
	if (err || !target)
		return err;
	/* A hole at its end is in no block. */
	if (too_large || archive_entry_size(entry) > INTAKE_FILE_MAX) {
		intake_ignore(src->in, name, "it is larger than 1 MiB");
		return 0;
	}
	return intake_keep(src, target, &data);
}

/* Formats and filters that libarchive was built without would be other programs: left out. */
static void choose_formats(struct archive *a)
{
	archive_read_support_format_tar(a);
	archive_read_support_format_gnutar(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_7zip(a);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_lz4(a);
}

int intake_archive(struct intake_source *src, int fd)
{
	struct reader r = { .src = src, .archive = archive_read_new() };
	struct archive_entry *entry;
	int status, err = 0;

	if (!r.archive)
		return -ENOMEM;
	choose_formats(r.archive);
	if (archive_read_open_fd(r.archive, fd, BLOCK))
		err = damaged(&r);
	while (!err) {
		status = archive_read_next_header(r.archive, &entry);
		if (status == ARCHIVE_EOF)
			break;
		/*
		 * A warning is about a name or an attribute that we do not use. "Try again" is said of
		 * a header that is none: what stood there is lost.
		 */
		err = status != ARCHIVE_OK && status != ARCHIVE_WARN ? damaged(&r)
								     : take_entry(&r, entry);
	}
	archive_read_free(r.archive);
	return err;
}
