// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A loader of BPF programs, with libelf and the system call bpf(2): no libbpf.
 *
 *	elfload OBJECT                    lists the sections of an object file
 *	elfload OBJECT PROGRAM            loads one program, and says what the kernel has
 *	elfload OBJECT PROGRAM FOLDER     also pins it, as FOLDER/prog/PROGRAM
 *
 * It takes the instructions as the compiler has left them. What must be filled in before
 * loading, maps, global variables and calls, is the next lesson's.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/elf/loader.h"
#include "common/lab/lab.h"

/* What the command line says; NULL: not given. */
static struct env {
	const char *object;
	const char *program;
	const char *folder;
} env;

/* A program on its way from the file to the kernel. */
struct program {
	const char *name;
	GElf_Sym symbol;	     /* where it is in the file */
	const struct progtype *type; /* from its section's name */
	struct bpf_insn *insns;	     /* a copy of its own */
	size_t n_insns;
	const char *licence;
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	const char **fields[] = { &env.object, &env.program, &env.folder };

	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num >= sizeof(fields) / sizeof(*fields))
			return ARGP_ERR_UNKNOWN;
		*fields[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "give an OBJECT");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	.parser = parse_arg,
	.args_doc = "OBJECT [PROGRAM [FOLDER]]",
	.doc = "Load one program of an object file, and pin it in FOLDER.",
	.children = children,
};

/* ---- reading the file ------------------------------------------------------ */

/* A section's name, "" where it has none; *header is filled in. */
static const char *section_name(Elf *elf, Elf_Scn *scn, GElf_Shdr *header)
{
	size_t names;

	if (!gelf_getshdr(scn, header) || elf_getshdrstrndx(elf, &names))
		return "";
	return elf_strptr(elf, names, header->sh_name) ?: "";
}

static void list_sections(Elf *elf)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	printf("%5s %8s  %-12s %s\n", "index", "bytes", "", "name");
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name = section_name(elf, scn, &header);
		char text[64];

		snprintf(text, sizeof(text), "%s", name);
		printf("%5zu %8zu  %-12s %s\n", elf_ndxscn(scn), (size_t)header.sh_size,
		       header.sh_flags & SHF_EXECINSTR ? "instructions" : "", lab_printable(text));
	}
}

/* The first section of this name, or NULL. */
static Elf_Scn *find_section(Elf *elf, const char *name)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	while ((scn = elf_nextscn(elf, scn)))
		if (!strcmp(section_name(elf, scn, &header), name))
			return scn;
	return NULL;
}

/* The symbol of a function, into *symbol. */
static int find_function(Elf *elf, const char *name, GElf_Sym *symbol)
{
	Elf_Scn *scn = find_section(elf, ".symtab");
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Shdr header;

	if (!scn || !gelf_getshdr(scn, &header))
		return lab_fail(-EINVAL, "the object has no table of symbols");
	for (int i = 0; gelf_getsym(data, i, symbol); i++) {
		const char *found = elf_strptr(elf, header.sh_link, symbol->st_name);

		if (GELF_ST_TYPE(symbol->st_info) == STT_FUNC && found && !strcmp(found, name))
			return 0;
	}
	return lab_fail(-ENOENT, "the object has no function %s", name);
}

/* The program's instructions, into a buffer of its own. */
static int copy_instructions(Elf *elf, struct program *p)
{
	Elf_Data *data = elf_getdata(elf_getscn(elf, p->symbol.st_shndx), NULL);
	size_t start = p->symbol.st_value, size = p->symbol.st_size;

	if (!data || !data->d_buf || start > data->d_size || size > data->d_size - start)
		return lab_fail(-EINVAL, "%s does not lie in its section", p->name);
	p->n_insns = size / sizeof(struct bpf_insn);
	p->insns = malloc(size);
	if (!p->insns)
		return -ENOMEM;
	memcpy(p->insns, (const char *)data->d_buf + start, size);
	return 0;
}

/* The licence that the object names; "" without one. */
static const char *find_licence(Elf *elf)
{
	Elf_Data *data = elf_getdata(find_section(elf, "license"), NULL);

	if (!data || !data->d_buf || !memchr(data->d_buf, 0, data->d_size))
		return "";
	return data->d_buf;
}

/* ---- what this loader does not do ------------------------------------------ */

/* Does an entry of this table of relocations lie within the program? */
static bool relocates(Elf_Scn *scn, const GElf_Sym *symbol)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Rel rel;

	for (int i = 0; gelf_getrel(data, i, &rel); i++)
		if (rel.r_offset >= symbol->st_value &&
		    rel.r_offset - symbol->st_value < symbol->st_size)
			return true;
	return false;
}

static int check_complete(Elf *elf, const struct program *p)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &header) && header.sh_type == SHT_REL &&
		    header.sh_info == p->symbol.st_shndx && relocates(scn, &p->symbol))
			return lab_fail(
				-EOPNOTSUPP,
				"%s uses maps, variables or functions outside of it; lesson "
				"relocations does that",
				p->name);
	for (size_t i = 0; i < p->n_insns; i++)
		if (p->insns[i].code == (BPF_JMP | BPF_CALL) &&
		    p->insns[i].src_reg == BPF_PSEUDO_CALL)
			return lab_fail(-EOPNOTSUPP,
					"%s calls another function; lesson relocations does that",
					p->name);
	return 0;
}

/* ---- into the kernel ------------------------------------------------------- */

static int find_type(Elf *elf, struct program *p)
{
	GElf_Shdr header;
	const char *name = section_name(elf, elf_getscn(elf, p->symbol.st_shndx), &header);

	p->type = progtype_of(name);
	return p->type ? 0
		       : lab_fail(-EOPNOTSUPP,
				  "%s: its section names no type of program that is "
				  "known here",
				  p->name);
}

/* Loads the program: its descriptor, or -errno. */
static int load(const struct program *p, const struct image *image)
{
	union bpf_attr attr = { 0 };
	int fd;

	attr.prog_type = p->type->type;
	attr.insns = sys_address(p->insns);
	attr.insn_cnt = p->n_insns;
	attr.license = sys_address("GPL");
	snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", p->name);
	attr.expected_attach_type = p->type->attach_type;
	attr.prog_flags = p->type->flags;
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	return fd < 0 ? sys_refused(fd, &attr, image) : fd;
}

/* All of it, for the program env.program. */
static int run(const struct image *image, struct program *p)
{
	int err, fd;

	err = find_function(image->elf, p->name, &p->symbol);
	if (!err)
		err = find_type(image->elf, p);
	if (!err)
		err = copy_instructions(image->elf, p);
	if (!err)
		err = check_complete(image->elf, p);
	if (err)
		return err;
	p->licence = find_licence(image->elf);
	fd = load(p, image);
	if (fd < 0)
		return fd;
	err = sys_show_program(fd, p->name, p->type);
	if (!err && env.folder)
		err = sys_pin(fd, env.folder, "prog", p->name);
	close(fd);
	return err;
}

int main(int argc, char **argv)
{
	struct program program = { 0 };
	struct image image;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, 0, NULL, NULL);

	err = image_open(&image, env.object);
	if (err)
		return !!sys_report(err, "cannot read the object");
	if (env.program) {
		program.name = env.program;
		err = run(&image, &program);
	} else {
		list_sections(image.elf);
	}
	if (err)
		sys_report(err, "cannot load");
	free(program.insns);
	image_close(&image);
	return !!err;
}
