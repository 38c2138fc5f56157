// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The guest's first file system, in memory: /init (libexec/vm-init) and the
 * modules that it needs before the host's files are there, in loading order.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/vm/kernel.h"
#include "testenv/vm/modules.h"

/*
 * The port, the host's files; and what the course's networks want, so that a
 * saved state has it already.
 */
static const char *const boot_modules[] = { "virtio_pci",  "virtio_console", "9pnet_virtio",
					    "9p",	   "overlay",	     "veth",
					    "sch_ingress", "cls_bpf",	     NULL };

static int add_entry(struct archive *a, const char *name, mode_t mode, const void *data,
		     size_t size)
{
	struct archive_entry *entry = archive_entry_new();
	int err = 0;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_size(entry, size);
	archive_entry_set_nlink(entry, 1);
	if (archive_write_header(a, entry) != ARCHIVE_OK ||
	    (size && archive_write_data(a, data, size) != (ssize_t)size))
		err = -EIO;
	archive_entry_free(entry);
	return err;
}

static int add_file(struct archive *a, const char *name, mode_t mode, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	void *data = MAP_FAILED;
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err = -errno;
	if (!err) {
		data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		err = data == MAP_FAILED ? -errno : 0;
	}
	if (!err)
		err = add_entry(a, name, S_IFREG | mode, data, st.st_size);
	if (data != MAP_FAILED)
		munmap(data, st.st_size);
	if (fd >= 0)
		close(fd);
	return err;
}

struct builder {
	struct archive *archive;
	const char *dir;
	const char *init;
	char list[4096]; /* names, one a line, in order */
	char *what;
};

static int add_module(const char *name, void *data)
{
	struct builder *b = data;
	size_t len = strlen(b->list);
	char entry[160];

	snprintf(b->list + len, sizeof(b->list) - len, "%s\n", name);
	snprintf(entry, sizeof(entry), "modules/%s.ko", name);
	snprintf(b->what, PATH_MAX, "%.3800s/modules/%s.ko", b->dir, name);
	return add_file(b->archive, entry, 0644, b->what);
}

static int fill(struct builder *b)
{
	static const char *const folders[] = { "dev", "proc", "sys", "modules" };
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(folders) / sizeof(folders[0]); i++)
		err = add_entry(b->archive, folders[i], S_IFDIR | 0755, NULL, 0);
	snprintf(b->what, PATH_MAX, "%s", b->init);
	if (!err)
		err = add_file(b->archive, "init", 0755, b->what);
	if (!err)
		err = vm_modules_in_order(b->dir, boot_modules, add_module, b);
	if (!err)
		err = add_entry(b->archive, "modules/load", S_IFREG | 0644, b->list,
				strlen(b->list));
	return err;
}

int vm_initramfs(int fd, const char *kernel_dir, const char *init, char what[PATH_MAX])
{
	struct builder b = {
		.archive = archive_write_new(), .dir = kernel_dir, .init = init, .what = what
	};
	int err = 0;

	snprintf(what, PATH_MAX, "memory");
	archive_write_set_format_cpio_newc(b.archive);
	archive_write_set_bytes_in_last_block(b.archive, 1);
	if (archive_write_open_fd(b.archive, fd) != ARCHIVE_OK)
		err = -EIO;
	if (!err)
		err = fill(&b);
	if (!err && archive_write_close(b.archive) != ARCHIVE_OK)
		err = -EIO;
	archive_write_free(b.archive);
	return err;
}
