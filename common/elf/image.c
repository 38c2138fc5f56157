// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * An object file read into memory and opened with libelf. The whole file is
 * read first: a file that shrinks while it is mapped would end the process.
 */
#include "common/elf/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lab/lab.h"

/* Hundreds of times what a BPF object with debug information has. */
#define IMAGE_MAX ((size_t)16 << 20)

/* In steps: nothing is believed of the size of a file but what has been read. */
static int read_all(struct image *image, int fd)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (image->size == room) {
			void *more;

			if (room == IMAGE_MAX)
				return lab_fail(-EFBIG, "it has more than %zu MB", IMAGE_MAX >> 20);
			room = room ? 2 * room : 1 << 16;
			more = realloc(image->bytes, room);
			if (!more)
				return -ENOMEM;
			image->bytes = more;
		}
		n = read(fd, (char *)image->bytes + image->size, room - image->size);
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		image->size += n;
	}
}

static int check_header(Elf *elf)
{
	const int data = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	size_t names;
	GElf_Ehdr header;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return lab_fail(-ENOEXEC, "it is not an ELF file");
	if (header.e_machine != EM_BPF || header.e_ident[EI_CLASS] != ELFCLASS64)
		return lab_fail(-ENOEXEC, "it is not a BPF object: clang -target bpf makes them");
	if (header.e_ident[EI_DATA] != data)
		return lab_fail(-ENOEXEC, "it is for machines of the other byte order");
	if (header.e_type != ET_REL)
		return lab_fail(-ENOEXEC, "it is not an object file: clang -c makes them");
	if (elf_getshdrstrndx(elf, &names))
		return lab_fail(-ENOEXEC, "its sections have no names");
	return 0;
}

int image_open(struct image *image, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	*image = (struct image){ 0 };
	if (fd < 0)
		return lab_fail(-errno, "%s", strerror(errno));
	elf_version(EV_CURRENT);
	err = read_all(image, fd);
	close(fd);
	if (!err) {
		image->elf = elf_memory(image->bytes, image->size);
		err = check_header(image->elf);
	}
	if (err)
		image_close(image);
	return err;
}

void image_close(struct image *image)
{
	elf_end(image->elf);
	free(image->bytes);
	*image = (struct image){ 0 };
}
