// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The kernel proper inside the file that boot loaders load: booting it directly
 * spares the guest, which is emulated, the decompression.
 * The format: Documentation/arch/x86/boot.rst in the kernel's sources.
 */
#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "testenv/vm/fetch.h"

/* Offsets in the setup header. */
#define SETUP_SECTS    0x1f1
#define MAGIC	       0x202
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c

static uint32_t number_at(const char *image, size_t offset)
{
	uint32_t number;

	memcpy(&number, image + offset, sizeof(number));
	return number;
}

/* The compressed kernel; NULL when there is none. */
static const char *find_payload(const char *image, size_t size, size_t *length)
{
	size_t start, sectors;

	if (size < 0x1000 || memcmp(image + MAGIC, "HdrS", 4) != 0)
		return NULL;
	sectors = (unsigned char)image[SETUP_SECTS] ?: 4;
	start = (sectors + 1) * 512 + number_at(image, PAYLOAD_OFFSET);
	*length = number_at(image, PAYLOAD_LENGTH);
	if (start > size || *length > size - start || !*length)
		return NULL;
	return image + start;
}

/* What follows the compressed stream (its size, padding) is no error. */
static int decompress(const char *data, size_t size, struct vm_buf *out)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	la_ssize_t n = 0;
	int err = -EINVAL;
	char *to;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, data, size) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		do {
			out->end += n;
			to = vm_buf_reserve(out, 1 << 20);
			n = to ? archive_read_data(a, to, 1 << 20) : -1;
		} while (n > 0);
		err = to ? 0 : -ENOMEM;
	}
	archive_read_free(a);
	return err;
}

int vm_image_extract(const char *image, size_t size, struct vm_buf *vmlinux)
{
	size_t length;
	const char *payload = find_payload(image, size, &length);
	int err = payload ? decompress(payload, length, vmlinux) : -EINVAL;

	if (!err && (vm_buf_len(vmlinux) < sizeof(Elf64_Ehdr) ||
		     memcmp(vmlinux->data + vmlinux->start, ELFMAG, SELFMAG) != 0))
		err = -EINVAL;
	if (err)
		vm_buf_free(vmlinux);
	return err;
}
