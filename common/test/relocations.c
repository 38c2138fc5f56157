// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl relocations: which fields and types of the kernel an object file asks
 * for by name, one a line:
 *
 *	task_struct.__state offset
 *
 * From the object's .BTF.ext; nothing is loaded. Whether the kernel has them is
 * for libbpf to find out.
 */
#include "common/test/labctl.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/test/relocations.h"
#include "common/test/sandboxed.h"

/* Layout of .BTF.ext; libbpf has it in a private header. */
struct ext_header {
	__u16 magic;
	__u8 version;
	__u8 flags;
	__u32 hdr_len;
	__u32 func_off, func_len;
	__u32 line_off, line_len;
	__u32 core_relo_off, core_relo_len;
};

struct ext_section {
	__u32 name_off;
	__u32 count;
};

static const char *const kinds[] = {
	[BPF_CORE_FIELD_BYTE_OFFSET] = "offset", [BPF_CORE_FIELD_BYTE_SIZE] = "size",
	[BPF_CORE_FIELD_EXISTS] = "exists",	 [BPF_CORE_FIELD_SIGNED] = "signed",
	[BPF_CORE_FIELD_LSHIFT_U64] = "shift",	 [BPF_CORE_FIELD_RSHIFT_U64] = "shift",
	[BPF_CORE_TYPE_ID_LOCAL] = "local-id",	 [BPF_CORE_TYPE_ID_TARGET] = "id",
	[BPF_CORE_TYPE_EXISTS] = "exists",	 [BPF_CORE_TYPE_SIZE] = "size",
	[BPF_CORE_ENUMVAL_EXISTS] = "exists",	 [BPF_CORE_ENUMVAL_VALUE] = "value",
};

static const struct btf_type *real_type(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (t && (btf_is_mod(t) || btf_is_typedef(t)))
		t = btf__type_by_id(btf, t->type);
	return t;
}

/* The name of the nth member, or an element of an array; moves *t to what it is. */
static int step_into(const struct btf *btf, const struct btf_type **t, unsigned long n, char *path,
		     size_t room)
{
	size_t used = strlen(path);

	if (*t && btf_is_composite(*t) && n < btf_vlen(*t)) {
		const struct btf_member *m = btf_members(*t) + n;
		const char *name = btf__name_by_offset(btf, m->name_off);

		/* A struct without a name in a struct adds none. */
		if (name && *name)
			snprintf(path + used, room - used, ".%s", name);
		*t = real_type(btf, m->type);
		return 0;
	}
	if (*t && btf_is_array(*t)) {
		snprintf(path + used, room - used, "[%lu]", n);
		*t = real_type(btf, btf_array(*t)->type);
		return 0;
	}
	return -EINVAL;
}

int relocation_name(const struct btf *btf, __u32 type, const char *access, char *path, size_t room)
{
	const struct btf_type *t = real_type(btf, type);
	const char *name = t ? btf__name_by_offset(btf, t->name_off) : NULL;
	char *end;
	int err = 0;

	if (!name || !access)
		return -EINVAL;
	snprintf(path, room, "%s", *name ? name : "(anonymous)");
	/* The first number counts whole structs from the pointer on. */
	strtoul(access, &end, 10);
	while (*end == ':' && !err)
		err = step_into(btf, &t, strtoul(end + 1, &end, 10), path, room);
	return err ?: (*end ? -EINVAL : 0);
}

static int print_one(const struct btf *btf, const struct bpf_core_relo *relo)
{
	char path[256];

	if (relo->kind >= sizeof(kinds) / sizeof(*kinds))
		return -EINVAL;
	if (relocation_name(btf, relo->type_id, btf__name_by_offset(btf, relo->access_str_off),
			    path, sizeof(path)))
		return -EINVAL;
	printf("%s %s\n", path, kinds[relo->kind]);
	return 0;
}

/* The part is one record size, then sections, each with its count of records. */
static int print_part(const struct btf *btf, const unsigned char *at, const unsigned char *end)
{
	struct ext_section section;
	struct bpf_core_relo relo;
	__u32 size = 0;

	if (end - at >= (long)sizeof(size))
		memcpy(&size, at, sizeof(size));
	if (size < sizeof(relo))
		return -EINVAL;
	at += sizeof(size);
	while (end - at >= (long)sizeof(section)) {
		memcpy(&section, at, sizeof(section));
		at += sizeof(section);
		for (; section.count; section.count--, at += size) {
			if ((size_t)(end - at) < size)
				return -EINVAL;
			memcpy(&relo, at, sizeof(relo));
			if (print_one(btf, &relo))
				return -EINVAL;
		}
	}
	return 0;
}

/* The bytes of a section, NULL if there is none. They live as long as elf. */
static const Elf_Data *section_data(Elf *elf, const char *wanted)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name = NULL;

		if (gelf_getshdr(scn, &header))
			name = elf_strptr(elf, names, header.sh_name);
		if (name && !strcmp(name, wanted))
			return elf_getdata(scn, NULL);
	}
	return NULL;
}

static int print_relocations(Elf *elf)
{
	const Elf_Data *types = section_data(elf, BTF_ELF_SEC);
	const Elf_Data *more = section_data(elf, BTF_EXT_ELF_SEC);
	const struct ext_header *header;
	const unsigned char *part;
	struct btf_ext *ext;
	struct btf *btf;
	int err = 0;

	if (!types || !more)
		return elf_kind(elf) == ELF_K_ELF ? 0 : -EINVAL; /* built without -g: none */
	btf = btf__new(types->d_buf, types->d_size);
	/* It checks that the parts lie inside; not that each of them is there. */
	ext = btf_ext__new(more->d_buf, more->d_size);
	header = more->d_buf;
	if (!btf || !ext) {
		err = -EINVAL;
	} else if (header->hdr_len >= sizeof(*header) && header->core_relo_len) {
		part = (const unsigned char *)header + header->hdr_len + header->core_relo_off;
		err = print_part(btf, part, part + header->core_relo_len);
	}
	btf_ext__free(ext);
	btf__free(btf);
	return err;
}

/* What it prints is looked at by the test, line by line. */
static int ask_sandbox(const char *path)
{
	char *command[] = { "relocations", SANDBOXED_OBJECT };
	static char text[1 << 16];
	int status = sandboxed_ask(path, 2, command, text, sizeof(text));

	if (!status)
		fputs(text, stdout);
	return status;
}

int cmd_relocations(int argc, char **argv)
{
	const struct option_value table[] = { {} };
	int first = options(argc, argv, table);
	int fd, err;
	Elf *elf;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first != 1)
		return usage();
	if (sandboxed_is_used())
		return ask_sandbox(argv[first]);
	fd = open(argv[first], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail("cannot read %s: %s", argv[first], strerror(errno));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	err = print_relocations(elf);
	elf_end(elf);
	close(fd);
	return err ? fail("%s: its BTF is damaged", argv[first]) : EXIT_OK;
}
