// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What is needed out of a kernel's packages. A .deb is an ar archive that
 * holds data.tar, compressed; libarchive reads both, one through the other.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "testenv/vm/fetch.h"
#include "testenv/vm/modules.h"

struct unpack {
	const char *dir;
	char *what; /* which file is in hand */
	FILE *index;
	int images, modules;
};

static int write_to(const struct unpack *u, const char *name, const char *data, size_t size)
{
	char path[PATH_MAX];
	FILE *f;
	int err;

	if (snprintf(path, sizeof(path), "%s/kernel/%s", u->dir, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	f = fopen(path, "we");
	if (!f)
		return -errno;
	err = fwrite(data, 1, size, f) == size ? 0 : -ENOSPC;
	return fclose(f) ? -errno : err;
}

static int read_all(struct archive *a, struct vm_buf *data)
{
	la_ssize_t n;
	char *to;

	do {
		to = vm_buf_reserve(data, 1 << 16);
		n = to ? archive_read_data(a, to, 1 << 16) : -1;
		if (n > 0)
			data->end += n;
	} while (n > 0);
	return n < 0 ? -EIO : 0;
}

/* A compressed file's contents in place of it. */
static int expand(struct vm_buf *data)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	struct vm_buf plain = {};
	int err = -EIO;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, data->data + data->start, vm_buf_len(data)) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		err = read_all(a, &plain);
	archive_read_free(a);
	if (err) {
		vm_buf_free(&plain);
		return err;
	}
	vm_buf_free(data);
	*data = plain;
	return 0;
}

static int keep_module(struct unpack *u, const char *path, struct vm_buf *data)
{
	char name[128], file[160];
	size_t size;
	int err = 0;

	if (!strstr(path, ".ko") || strcmp(strrchr(path, '.'), ".ko") != 0)
		err = expand(data);
	if (err)
		return err;
	vm_module_name(path, name, sizeof(name));
	snprintf(file, sizeof(file), "modules/%s.ko", name);
	size = vm_module_unsigned(data->data + data->start, vm_buf_len(data));
	err = vm_module_index(u->index, name, data->data + data->start, size);
	if (!err)
		err = write_to(u, file, data->data + data->start, size);
	u->modules++;
	return err;
}

static int keep_image(struct unpack *u, const struct vm_buf *data)
{
	struct vm_buf vmlinux = {};
	int err = vm_image_extract(data->data + data->start, vm_buf_len(data), &vmlinux);

	if (!err)
		err = write_to(u, "vmlinux", vmlinux.data + vmlinux.start, vm_buf_len(&vmlinux));
	vm_buf_free(&vmlinux);
	u->images++;
	return err;
}

/* ./boot/vmlinuz-V, ./boot/config-V, [./usr]/lib/modules/V/{vmlinuz,kernel/...} */
static int keep(struct unpack *u, struct archive *a, const char *path)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const char *module = strstr(path, "/kernel/");
	bool is_module = module && strstr(base, ".ko") && vm_module_wanted(module + 8);
	bool is_image = strncmp(base, "vmlinuz", 7) == 0;
	bool is_config = strncmp(base, "config-", 7) == 0;
	struct vm_buf data = {};
	int err;

	if (!is_module && !is_image && !is_config)
		return 0;
	snprintf(u->what, PATH_MAX, "%s", path);
	err = read_all(a, &data);
	if (!err && is_module)
		err = keep_module(u, module + 8, &data);
	else if (!err && is_image)
		err = keep_image(u, &data);
	else if (!err)
		err = write_to(u, "config", data.data + data.start, vm_buf_len(&data));
	vm_buf_free(&data);
	return err;
}

struct inner {
	struct archive *outer;
	char block[1 << 16];
};

static la_ssize_t read_inner(struct archive *a, void *data, const void **block)
{
	struct inner *inner = data;

	(void)a;
	*block = inner->block;
	return archive_read_data(inner->outer, inner->block, sizeof(inner->block));
}

static int each_file(struct unpack *u, struct archive *outer)
{
	struct archive *a = archive_read_new();
	struct inner inner = { .outer = outer };
	struct archive_entry *entry;
	int err = 0, status;

	archive_read_support_filter_all(a);
	archive_read_support_format_tar(a);
	status = archive_read_open(a, &inner, NULL, read_inner, NULL);
	while (!err && status == ARCHIVE_OK) {
		status = archive_read_next_header(a, &entry);
		if (status == ARCHIVE_OK && archive_entry_filetype(entry) == AE_IFREG)
			err = keep(u, a, archive_entry_pathname(entry));
	}
	archive_read_free(a);
	return err ? err : status == ARCHIVE_EOF ? 0 : -EIO;
}

static int unpack_deb(struct unpack *u, const char *path)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int err = -EIO, status;

	snprintf(u->what, PATH_MAX, "%s", path);
	archive_read_support_format_ar(a);
	status = archive_read_open_filename(a, path, 1 << 16);
	while (status == ARCHIVE_OK) {
		status = archive_read_next_header(a, &entry);
		if (status == ARCHIVE_OK &&
		    strncmp(archive_entry_pathname(entry), "data.tar", 8) == 0) {
			err = each_file(u, a);
			break;
		}
	}
	archive_read_free(a);
	return err;
}

int vm_unpack(const char *dir, char what[PATH_MAX])
{
	struct unpack u = { .dir = dir, .what = what };
	char path[PATH_MAX];
	glob_t found;
	int err = 0;

	snprintf(what, PATH_MAX, "the packages");
	if (snprintf(path, sizeof(path), "%s/kernel/modules/index", dir) >= PATH_MAX)
		return -ENAMETOOLONG;
	u.index = fopen(path, "we");
	if (!u.index)
		return -errno;
	snprintf(path, sizeof(path), "%.4000s/deb/*.deb", dir);
	if (glob(path, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc && !err; i++)
			err = unpack_deb(&u, found.gl_pathv[i]);
		globfree(&found);
	}
	if (fclose(u.index) && !err)
		err = -errno;
	return err ? err : u.images == 1 && u.modules ? 0 : -ENOENT;
}
