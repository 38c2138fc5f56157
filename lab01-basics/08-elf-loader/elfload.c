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

	/* TODO 1: go through the sections, as list_sections() does, and return the one
	 *         whose name is "name".
	 */
	(void)elf, (void)name, (void)scn, (void)header;
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
	/* TODO 2: go through the symbols: gelf_getsym(data, i, symbol) for i = 0, 1, 2 ...
	 *         until it returns NULL. Return 0 at the one of type STT_FUNC whose name
	 *         is "name". elf_strptr(elf, header.sh_link, symbol->st_name) is its name,
	 *         or NULL.
	 */
	(void)data, (void)symbol;
	return lab_fail(-ENOENT, "the object has no function %s", name);
}

/* The program's instructions, into a buffer of its own. */
static int copy_instructions(Elf *elf, struct program *p)
{
	/* TODO 3: get the bytes of the section in which the symbol is,
	 *         elf_getdata(elf_getscn(elf, p->symbol.st_shndx), NULL). The program is
	 *         st_size bytes from st_value on. The file may lie: where there are no
	 *         such bytes, return lab_fail(-EINVAL, "%s does not lie in its section",
	 *         p->name). Else set p->n_insns, and copy them into p->insns (malloc; it
	 *         is freed in main()). Only whole instructions of 8 bytes count.
	 */
	(void)elf;
	return lab_fail(-ENOSYS, "%s is found, but not copied yet (TODO 3)", p->name);
}

/* The licence that the object names; "" without one. */
static const char *find_licence(Elf *elf)
{
	/* TODO 4: return the text in the section "license". Without such a section, or
	 *         without a 0 at the text's end, return "".
	 */
	(void)elf;
	return "";
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

	/* TODO 5: fill in attr: prog_type, expected_attach_type and prog_flags from
	 *         p->type; insns and insn_cnt; license; prog_name (at most 15 letters).
	 *         sys_address() makes a number of an address. Then
	 *         sys_bpf(BPF_PROG_LOAD, &attr). If the kernel refuses, return
	 *         sys_refused(ERROR, &attr, image), which finds out why.
	 */
	(void)attr, (void)image;
	fd = lab_fail(-ENOSYS, "%s is not loaded yet (TODO 5)", p->name);
	return fd;
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
