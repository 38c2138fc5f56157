// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What an object file would do in the kernel, from the file alone: the types of its
 * programs, the helpers that its instructions call, the kernel's functions it wants.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/libbpf.h>

#include "course/files.h"
#include "course/policy.h"

static void found_one(struct strv *found, const char *what, const char *name)
{
	AUTO_STR line = xasprintf("%s %s", what, name);

	if (!strv_has(found, line))
		strv_add(found, line);
}

static void check_code(const struct policy *policy, const Elf_Data *data, struct strv *found)
{
	const struct bpf_insn *insns = data->d_buf;

	for (size_t i = 0; i < data->d_size / sizeof(*insns); i++) {
		const char *name = policy_helper_name(insns[i].imm);
		AUTO_STR number = xasprintf("%d", insns[i].imm);

		/* Calls of functions have BPF_PSEUDO_CALL there. */
		if (insns[i].code == (BPF_JMP | BPF_CALL) && !insns[i].src_reg &&
		    !(name && strv_has(&policy->helpers, name)))
			found_one(found, "helper", name ? name : number);
		/* Its second half is no instruction. */
		i += insns[i].code == (BPF_LD | BPF_DW | BPF_IMM);
	}
}

/* Functions that the object does not define are the kernel's. */
static void check_symbols(const struct policy *policy, Elf *elf, const GElf_Shdr *header,
			  Elf_Data *data, struct strv *found)
{
	for (size_t i = 1; header->sh_entsize && i < data->d_size / header->sh_entsize; i++) {
		GElf_Sym symbol;
		const char *name;

		if (!gelf_getsym(data, i, &symbol) || symbol.st_shndx != SHN_UNDEF)
			continue;
		name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (name && *name && !strv_has(&policy->kfuncs, name))
			found_one(found, "kfunc", name);
	}
}

static int check_sections(const struct policy *policy, const char *path, struct strv *found)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf *elf;

	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	while (elf && (section = elf_nextscn(elf, section))) {
		Elf_Data *data = elf_getdata(section, NULL);

		if (!data || !gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_PROGBITS && header.sh_flags & SHF_EXECINSTR)
			check_code(policy, data, found);
		if (header.sh_type == SHT_SYMTAB)
			check_symbols(policy, elf, &header, data, found);
	}
	elf_end(elf);
	return elf ? 0 : -ENOEXEC;
}

int policy_check_object(const struct policy *policy, const char *path, struct strv *found)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	int err = object ? 0 : -errno;

	libbpf_set_print(print);
	if (err)
		return err;
	bpf_object__for_each_program(program, object)
	{
		const char *type = libbpf_bpf_prog_type_str(bpf_program__type(program));

		if (!type || !strv_has(&policy->programs, type))
			found_one(found, "program type", type ? type : "unknown");
	}
	bpf_object__close(object);
	return check_sections(policy, path, found);
}
