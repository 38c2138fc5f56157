// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The loader of lesson 01/08, grown up: it makes maps, fills in what the compiler
 * has left open, and puts functions together. The file itself is read and checked by
 * objfile_open() (common/elf/loader.h). What it does not do, it says.
 *
 *	objload OBJECT PROGRAM            loads one program and the maps of its object
 *	objload OBJECT PROGRAM FOLDER     also pins them, as FOLDER/prog/PROGRAM, FOLDER/map/NAME
 */
#include <argp.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/elf/loader.h"
#include "common/lab/lab.h"

#define MAX_MAPS      64
#define MAX_FUNCTIONS 256     /* of one program; the kernel's own limit */
#define MAX_INSNS     1000000 /* the kernel's, too */

/* A map in the kernel, and the place in the file that stands for it. */
struct map {
	const char *name; /* the variable's, or the section's */
	size_t section;
	__u64 offset;	 /* in the section */
	bool is_section; /* it holds all variables of the section, offset is 0 */
	int fd;
};

/* Functions one behind the other: the program itself, then those that it calls. */
struct program {
	struct bpf_insn *insns;
	size_t n_insns;
	struct {
		const struct objfile_symbol *function;
		size_t start; /* index of its first instruction in insns */
	} parts[MAX_FUNCTIONS];
	size_t n_parts;
};

struct loader {
	const char *path; /* of the object */
	const char *name; /* of the program */
	const char *folder;
	struct objfile file;
	struct btf *btf; /* NULL: the object has none */
	struct map maps[MAX_MAPS];
	size_t n_maps;
	struct program program;
	int fd; /* of the program; -1: not loaded */
};

static error_t parse_arg(int key, char *arg, struct argp_state *state)
{
	struct loader *l = state->input;
	const char **fields[] = { &l->path, &l->name, &l->folder };

	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num >= sizeof(fields) / sizeof(*fields))
			return ARGP_ERR_UNKNOWN;
		*fields[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!l->name)
			argp_error(state, "give an OBJECT and a PROGRAM in it");
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = NULL;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &lab_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	.parser = parse_arg,
	.args_doc = "OBJECT PROGRAM [FOLDER]",
	.doc = "Load one program of an object file and its maps, and pin them in FOLDER.",
	.children = children,
};

/* ---- making maps ----------------------------------------------------------- */

/* Makes a map. key says which place in the file it stands for; it is copied. */
static int add_map(struct loader *l, const struct map *key, union bpf_attr *attr)
{
	int fd;

	if (l->n_maps == MAX_MAPS)
		return lab_fail(-E2BIG, "the object has more than %d maps", MAX_MAPS);
	snprintf(attr->map_name, sizeof(attr->map_name), "%s", key->name);
	fd = sys_bpf(BPF_MAP_CREATE, attr);
	if (fd < 0)
		return lab_fail(fd, "the kernel does not make map %s: %s",
				lab_printable(attr->map_name), strerror(-fd));
	l->maps[l->n_maps] = *key;
	l->maps[l->n_maps].fd = fd;
	l->n_maps++;
	return 0;
}

/* What a pointer of BTF points to: its id, typedef and const left out. -EINVAL: no pointer. */
static int pointed_to(const struct btf *btf, __u32 pointer)
{
	const struct btf_type *type = btf__type_by_id(btf, pointer);

	return type && btf_is_ptr(type) ? btf__resolve_type(btf, type->type) : -EINVAL;
}

/* One member of a map's declaration, into attr. */
static int set_attribute(const struct btf *btf, const struct btf_member *member,
			 union bpf_attr *attr)
{
	const char *name = btf__name_by_offset(btf, member->name_off) ?: "";
	int id = pointed_to(btf, member->type);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(btf, id);
	__u32 number = 0; /* N, where the member is __uint(NAME, N): int (*NAME)[N] */
	__s64 size = 0;	  /* bytes of T, where the member is __type(NAME, T): T *NAME */

	/* TODO 1: set number and size. type is what the member points to, its number in
	 *         BTF is id; NULL where the member is no pointer. An array has its number
	 *         of elements in btf_array(type)->nelems; btf__resolve_size(btf, id) is
	 *         the size of any type.
	 */
	if (type)
		return lab_fail(-ENOSYS, "map declarations are not read yet (TODO 1)");
	if (!strcmp(name, "type"))
		attr->map_type = number;
	else if (!strcmp(name, "max_entries"))
		attr->max_entries = number;
	else if (!strcmp(name, "map_flags"))
		attr->map_flags = number;
	else if (!strcmp(name, "key_size"))
		attr->key_size = number;
	else if (!strcmp(name, "value_size"))
		attr->value_size = number;
	else if (!strcmp(name, "key") && size > 0)
		attr->key_size = size;
	else if (!strcmp(name, "value") && size > 0)
		attr->value_size = size;
	else
		return lab_fail(-EOPNOTSUPP, "the map attribute %s is not done here",
				objfile_shown(name));
	return 0;
}

/* Where in the file a declared map is, into *map; map->name is given. */
static int find_place(const struct loader *l, struct map *map)
{
	/* TODO 2: find the symbol named map->name, objfile_symbol(&l->file, NAME), NULL if
	 *         there is none; set map->section and map->offset.
	 */
	(void)l;
	return lab_fail(-ENOSYS, "the place of map %s is not known yet (TODO 2)",
			objfile_shown(map->name));
}

/* Makes the map that the variable with this number in BTF declares. */
static int make_declared(struct loader *l, __u32 id)
{
	const struct btf_type *variable = btf__type_by_id(l->btf, id), *type;
	union bpf_attr attr = { 0 };
	struct map map = { 0 };
	int err = 0;

	type = variable && btf_is_var(variable)
		       ? btf__type_by_id(l->btf, btf__resolve_type(l->btf, variable->type))
		       : NULL;
	if (!type || !btf_is_struct(type))
		return lab_fail(-EINVAL, "a map's declaration is damaged");
	map.name = btf__name_by_offset(l->btf, variable->name_off) ?: "";
	for (int i = 0; !err && i < btf_vlen(type); i++)
		err = set_attribute(l->btf, &btf_members(type)[i], &attr);
	/* Of these there is one entry for each CPU, if the declaration does not say. */
	if (attr.map_type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !attr.max_entries)
		attr.max_entries = libbpf_num_possible_cpus();
	return err ?: find_place(l, &map) ?: add_map(l, &map, &attr);
}

/* All maps that are declared with SEC(".maps"). */
static int make_declared_maps(struct loader *l)
{
	int id = l->btf ? btf__find_by_name_kind(l->btf, ".maps", BTF_KIND_DATASEC) : -ENOENT;
	const struct btf_type *section = id < 0 ? NULL : btf__type_by_id(l->btf, id);
	int err = 0;

	for (int i = 0; section && !err && i < btf_vlen(section); i++)
		err = make_declared(l, btf_var_secinfos(section)[i].type);
	return err;
}

/* Makes the map that holds the variables of section number i. */
static int make_section_map(struct loader *l, size_t i, bool read_only)
{
	const struct objfile_section *section = &l->file.sections[i];
	struct map map = { .name = section->name, .section = i, .is_section = true };
	union bpf_attr attr = { 0 };
	__u32 key = 0;
	int err;

	attr.key_size = sizeof(key);
	attr.max_entries = 1;
	/* TODO 3: fill in the rest of attr: an array map whose value is as large as the
	 *         section; with read_only, map_flags BPF_F_RDONLY_PROG, so that programs
	 *         may not write. add_map(l, &map, &attr) makes it.
	 *         Then, with attr set to 0 but for map_fd (l->maps[l->n_maps - 1].fd):
	 *         - if the file has bytes for the section, BPF_MAP_UPDATE_ELEM with the
	 *           addresses of key and of the bytes (sys_address());
	 *         - if read_only, BPF_MAP_FREEZE, which wants only map_fd: key and value
	 *           must be 0 again.
	 */
	(void)map, (void)attr, (void)read_only, (void)err;
	return lab_fail(-ENOSYS, "section %s is no map yet (TODO 3)", objfile_shown(section->name));
}

/* "NAME" or "NAME.ANYTHING" */
static bool is_named(const struct objfile_section *section, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(section->name, name, len) && strchr(".", section->name[len]);
}

static int make_section_maps(struct loader *l)
{
	int err = 0;

	for (size_t i = 1; !err && i < l->file.n_sections; i++) {
		const struct objfile_section *section = &l->file.sections[i];
		bool read_only = is_named(section, ".rodata");

		if (section->size &&
		    (read_only || is_named(section, ".data") || is_named(section, ".bss")))
			err = make_section_map(l, i, read_only);
	}
	return err;
}

/* ---- relocations ----------------------------------------------------------- */

/* The map that stands for this place in the file, or NULL. */
static const struct map *find_map(const struct loader *l, size_t section, __u64 offset)
{
	for (size_t i = 0; i < l->n_maps; i++)
		if (l->maps[i].section == section &&
		    (l->maps[i].is_section || l->maps[i].offset == offset))
			return &l->maps[i];
	return NULL;
}

/* An instruction that loads an address, of two parts, insn[0] and insn[1]. */
static int relocate_address(struct loader *l, struct bpf_insn *insn,
			    const struct objfile_symbol *symbol)
{
	/* TODO 4: place is where in its section the thing is that the instruction wants:
	 *         where the symbol is, and the addend, which the compiler has left in
	 *         insn[0].imm.
	 */
	__u64 place = 0;
	const struct map *map = find_map(l, symbol->section, place);

	if (!map)
		return lab_fail(-EOPNOTSUPP,
				"%s is neither a map nor a variable of the object: the kernel's "
				"variables and addresses of functions are not done here",
				objfile_shown(symbol->name));
	/* TODO 5: make the instruction one that the kernel understands. For a declared map:
	 *         insn[0].src_reg is BPF_PSEUDO_MAP_FD, insn[0].imm the map's descriptor,
	 *         insn[1].imm 0. For a variable: BPF_PSEUDO_MAP_VALUE, the descriptor, and
	 *         in insn[1].imm the place in the map's value.
	 */
	(void)insn;
	return lab_fail(-ENOSYS, "%s is not filled in yet (TODO 5)", objfile_shown(map->name));
}

static long append(struct loader *l, const struct objfile_symbol *function);

/*
 * A call of another function of the object. insns[index] is the copy of the instruction at
 * offset of section. relocation: its own, or NULL.
 */
static int relocate_call(struct loader *l, size_t index, size_t section, __u64 offset,
			 const struct objfile_relocation *relocation)
{
	__s64 distance = (__s64)l->program.insns[index].imm + 1; /* to the called function */
	const struct objfile_symbol *function;
	long start;

	/* TODO 6: find the function that is called, objfile_function_at(&l->file, SECTION,
	 *         OFFSET), NULL if there is none. It is "distance" instructions (of
	 *         INSN_SIZE bytes) behind this one, or, with a relocation, behind the
	 *         place that the relocation's symbol names.
	 */
	(void)section, (void)offset, (void)distance;
	return lab_fail(-ENOSYS, "the called function is not looked up yet (TODO 6)");
	if (!function)
		return lab_fail(-EOPNOTSUPP,
				"%s is called and is not in the object: the kernel's own functions "
				"(kfuncs) are not done here",
				relocation ? objfile_shown(relocation->symbol->name) : "something");
	start = append(l, function);
	if (start < 0)
		return start;
	/* TODO 7: let the call lead there: set the imm of instruction number index. The
	 *         kernel counts from the instruction behind the call.
	 */
	return lab_fail(-ENOSYS, "a call is not filled in yet (TODO 7)");
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/* Relocates the n instructions from start on, which are a copy of function. */
static int relocate(struct loader *l, const struct objfile_symbol *function, size_t start, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bpf_insn *insn = &l->program.insns[start + i];
		bool is_wide = insn->code == (BPF_LD | BPF_IMM | BPF_DW);
		__u64 offset = function->value + i * INSN_SIZE;
		const struct objfile_relocation *relocation =
			objfile_relocation_at(&l->file, function->section, offset);
		int err = 0;

		if (is_wide && i + 1 == n)
			return lab_fail(-EINVAL, "an instruction is cut off");
		if (is_call(insn))
			err = relocate_call(l, start + i, function->section, offset, relocation);
		else if (relocation && is_wide && relocation->type == R_BPF_64_64)
			err = relocate_address(l, insn, relocation->symbol);
		else if (relocation)
			err = lab_fail(-EOPNOTSUPP, "a relocation of type %u is not done here",
				       relocation->type);
		if (err)
			return err;
		i += is_wide; /* its second part is no instruction */
	}
	return 0;
}

/*
 * Puts a function, and what it calls, behind the others; once. Returns the index of its
 * first instruction, or -errno.
 */
static long append(struct loader *l, const struct objfile_symbol *function)
{
	const struct objfile_section *section = &l->file.sections[function->section];
	size_t n = function->size / INSN_SIZE, start = l->program.n_insns;
	struct program *p = &l->program;
	struct bpf_insn *insns;
	int err;

	/* TODO 8: if the function is among p->parts already, return where it starts. */
	if (p->n_parts == MAX_FUNCTIONS || n > MAX_INSNS - start)
		return lab_fail(-E2BIG, "the program is too large for the kernel");
	insns = reallocarray(p->insns, start + n, INSN_SIZE);
	if (!insns)
		return -ENOMEM;
	memcpy(insns + start, (const char *)section->bytes + function->value, function->size);
	p->insns = insns;
	p->n_insns += n;
	p->parts[p->n_parts].function = function;
	p->parts[p->n_parts++].start = start;
	err = relocate(l, function, start, n);
	return err ?: (long)start;
}

/* ---- into the kernel ------------------------------------------------------- */

/* The licence that the object names; "" without one. */
static const char *licence(const struct objfile *file)
{
	const struct objfile_section *section = objfile_section(file, "license");

	return section && section->bytes && memchr(section->bytes, 0, section->size)
		       ? section->bytes
		       : "";
}

static int load(struct loader *l, const struct progtype *type)
{
	union bpf_attr attr = { 0 };
	int fd;

	attr.prog_type = type->type;
	attr.expected_attach_type = type->attach_type;
	attr.prog_flags = type->flags;
	attr.insns = sys_address(l->program.insns);
	attr.insn_cnt = l->program.n_insns;
	attr.license = sys_address(licence(&l->file));
	snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", l->name);
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		return sys_refused(fd, &attr, &l->file.image);
	l->fd = fd;
	return sys_show_program(fd, l->name, type);
}

static int pin_all(const struct loader *l)
{
	int err = sys_pin(l->fd, l->folder, "prog", l->name);

	for (size_t i = 0; !err && i < l->n_maps; i++)
		err = sys_pin(l->maps[i].fd, l->folder, "map", l->maps[i].name);
	return err;
}

/* The types of the object: needed where maps are declared. */
static int read_btf(struct loader *l)
{
	const struct objfile_section *section = objfile_section(&l->file, ".BTF");
	const struct btf_header *header = section ? section->bytes : NULL;

	if (!header || section->size < sizeof(*header))
		return 0;
	l->btf = btf__new(section->bytes, section->size);
	return l->btf ? 0 : lab_fail(-EINVAL, "its BTF, the description of its types, is damaged");
}

static int run(struct loader *l)
{
	const struct objfile_symbol *function;
	const struct progtype *type;
	long err;

	err = objfile_open(&l->file, l->path) ?: objfile_supported(&l->file);
	if (err)
		return err;
	function = objfile_symbol(&l->file, l->name);
	if (!function || !function->is_function)
		return lab_fail(-ENOENT, "the object has no function %s", l->name);
	type = progtype_of(l->file.sections[function->section].name);
	if (!type)
		return lab_fail(-EOPNOTSUPP,
				"the section of %s names no type of program that is "
				"known here",
				l->name);
	err = read_btf(l) ?: make_declared_maps(l) ?: make_section_maps(l);
	if (!err)
		err = append(l, function);
	if (err >= 0)
		err = load(l, type);
	if (!err && l->folder)
		err = pin_all(l);
	return err;
}

static void loader_close(struct loader *l)
{
	for (size_t i = 0; i < l->n_maps; i++)
		close(l->maps[i].fd);
	if (l->fd >= 0)
		close(l->fd);
	free(l->program.insns);
	btf__free(l->btf);
	objfile_close(&l->file);
}

int main(int argc, char **argv)
{
	struct loader loader = { .fd = -1 };
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, 0, NULL, &loader);
	err = run(&loader);
	if (err)
		sys_report(err, "cannot load");
	loader_close(&loader);
	return !!err;
}
