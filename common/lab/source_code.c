// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From an instruction's number in the verifier's log to its place in the object,
 * and from there to names: functions, maps, variables, fields of the context.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>

#include "common/lab/source.h"

enum {
	FUNCTIONS_MAX = 256, /* of one program; the kernel's limit */
};

struct unit {
	struct lab_place place;
	__u64 base; /* the number of its first instruction */
};

/* The functions of a program in the order in which libbpf puts them together. */
struct program {
	const struct lab_object *o;
	struct unit units[FUNCTIONS_MAX];
	size_t n;
	__u64 insns;
};

static bool read_insn(const struct lab_object *o, size_t section, __u64 offset,
		      struct bpf_insn *insn)
{
	Elf_Scn *scn = elf_getscn(o->elf, section);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;

	if (!data || !data->d_buf || data->d_size < sizeof(*insn) ||
	    offset > data->d_size - sizeof(*insn))
		return false;
	memcpy(insn, (const char *)data->d_buf + offset, sizeof(*insn));
	return true;
}

/* The relocations of a section, sorted by offset as compilers write them. */
static Elf_Data *relocations(const struct lab_object *o, size_t section)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;

	while ((scn = elf_nextscn(o->elf, scn)))
		if (gelf_getshdr(scn, &header) && header.sh_type == SHT_REL &&
		    header.sh_info == section)
			return elf_getdata(scn, NULL);
	return NULL;
}

static bool find_relocation(const struct lab_object *o, size_t section, __u64 offset, GElf_Sym *sym)
{
	Elf_Data *data = relocations(o, section);
	Elf_Data *symbols = o->symbols ? elf_getdata(o->symbols, NULL) : NULL;
	size_t low = 0, high = data ? data->d_size / sizeof(Elf64_Rel) : 0;
	GElf_Rel rel;

	while (symbols && low < high) {
		size_t middle = low + (high - low) / 2;

		if (!gelf_getrel(data, middle, &rel))
			return false;
		if (rel.r_offset == offset)
			return gelf_getsym(symbols, GELF_R_SYM(rel.r_info), sym) != NULL;
		if (rel.r_offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

static bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static bool is_code(const struct lab_object *o, size_t section)
{
	Elf_Scn *scn = elf_getscn(o->elf, section);
	GElf_Shdr header;

	return scn && gelf_getshdr(scn, &header) && header.sh_flags & SHF_EXECINSTR;
}

/* The function that an instruction calls or takes the address of. */
static bool callee(const struct lab_object *o, const struct lab_place *from, __u64 offset,
		   const struct bpf_insn *insn, struct lab_place *to)
{
	bool relocated = false;
	size_t section = from->section_index;
	__u64 start = 0;
	GElf_Sym sym;

	if (is_call(insn) || is_wide(insn))
		relocated = find_relocation(o, section, offset, &sym);
	if (is_call(insn)) {
		start = relocated ? sym.st_value : offset;
		start += ((__s64)insn->imm + 1) * LAB_INSN_SIZE;
	} else if (relocated && is_code(o, sym.st_shndx)) {
		start = sym.st_value + insn->imm;
	} else {
		return false;
	}
	if (relocated)
		section = sym.st_shndx;
	return !lab_object_function_at(o, section, start, to);
}

static bool is_there(const struct program *p, const struct lab_place *place)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->units[i].place.section_index == place->section_index &&
		    p->units[i].place.start == place->start)
			return true;
	return false;
}

static bool add(struct program *p, const struct lab_place *place)
{
	if (p->n == FUNCTIONS_MAX || is_there(p, place) || place->end < place->start)
		return false;
	p->units[p->n++] = (struct unit){ *place, p->insns };
	p->insns += (place->end - place->start) / LAB_INSN_SIZE;
	return true;
}

static void add_callees(struct program *p, const struct lab_place *place)
{
	struct lab_place to;
	struct bpf_insn insn;

	for (__u64 at = place->start; at < place->end; at += LAB_INSN_SIZE) {
		if (!read_insn(p->o, place->section_index, at, &insn))
			return;
		if (callee(p->o, place, at, &insn, &to) && add(p, &to))
			add_callees(p, &to);
		if (is_wide(&insn))
			at += LAB_INSN_SIZE;
	}
}

int lab_code_find(const struct lab_object *o, const char *program, int insn,
		  struct lab_place *place, __u64 *offset)
{
	struct program *p = calloc(1, sizeof(*p));
	int err = -ENOENT;

	if (!p || lab_object_function(o, program, place))
		goto out;
	p->o = o;
	add(p, place);
	/* What lies in its own function needs no look at the others. */
	if (p->insns <= (__u64)insn)
		add_callees(p, place);
	for (size_t i = 0; i < p->n && err; i++) {
		const struct unit *unit = &p->units[i];
		__u64 insns = (unit->place.end - unit->place.start) / LAB_INSN_SIZE;

		if (insn < 0 || (__u64)insn < unit->base || (__u64)insn - unit->base >= insns)
			continue;
		*place = unit->place;
		*offset = unit->place.start + (insn - unit->base) * LAB_INSN_SIZE;
		err = 0;
	}
out:
	free(p);
	return err;
}

static const char *symbol_name(const struct lab_object *o, const GElf_Sym *sym)
{
	const char *name = elf_strptr(o->elf, o->symbol_names, sym->st_name);

	return name ? name : "";
}

/* The variable that lies over this byte of a section. */
static bool variable_at(const struct lab_object *o, size_t section, __u64 byte, char *name,
			size_t size)
{
	Elf_Data *data = elf_getdata(o->symbols, NULL);
	GElf_Sym sym;

	for (int i = 0; data && gelf_getsym(data, i, &sym); i++) {
		if (GELF_ST_TYPE(sym.st_info) != STT_OBJECT || sym.st_shndx != section ||
		    byte < sym.st_value || byte - sym.st_value >= sym.st_size)
			continue;
		snprintf(name, size, "%s", symbol_name(o, &sym));
		return *name;
	}
	return false;
}

int lab_code_symbol(const struct lab_object *o, const struct lab_place *place, __u64 offset,
		    char *name, size_t size, bool *is_map)
{
	struct bpf_insn insn;
	GElf_Shdr header;
	const char *section = NULL;
	Elf_Scn *scn;
	GElf_Sym sym;

	if (!read_insn(o, place->section_index, offset, &insn) || !is_wide(&insn) ||
	    !find_relocation(o, place->section_index, offset, &sym))
		return -ENOENT;
	scn = elf_getscn(o->elf, sym.st_shndx);
	if (scn && gelf_getshdr(scn, &header))
		section = elf_strptr(o->elf, o->section_names, header.sh_name);
	if (!section || header.sh_flags & SHF_EXECINSTR)
		return -ENOENT;
	*is_map = strcmp(section, ".maps") == 0 || strcmp(section, "maps") == 0;
	if (GELF_ST_TYPE(sym.st_info) == STT_OBJECT && *symbol_name(o, &sym)) {
		snprintf(name, size, "%s", symbol_name(o, &sym));
		return 0;
	}
	return variable_at(o, sym.st_shndx, sym.st_value + insn.imm, name, size) ? 0 : -ENOENT;
}

static bool is_memory(const struct bpf_insn *insn)
{
	__u8 class = BPF_CLASS(insn->code);

	return class == BPF_LDX || class == BPF_ST || class == BPF_STX;
}

/* The helpers whose third argument is an address to read from. */
static bool is_probe_read(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       (insn->imm == BPF_FUNC_probe_read || insn->imm == BPF_FUNC_probe_read_str ||
		insn->imm == BPF_FUNC_probe_read_kernel ||
		insn->imm == BPF_FUNC_probe_read_kernel_str ||
		insn->imm == BPF_FUNC_probe_read_user || insn->imm == BPF_FUNC_probe_read_user_str);
}

/* Which registers hold the value behind this instruction; bit 3 stands for r3. */
static __u32 pass_on(__u32 holders, const struct bpf_insn *insn)
{
	bool copies = BPF_OP(insn->code) == BPF_MOV;
	__u32 dst = 1U << insn->dst_reg, src = 1U << insn->src_reg;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		return holders & ~dst;
	case BPF_ALU:
	case BPF_ALU64:
		if (copies)
			holders &= ~dst;
		return BPF_SRC(insn->code) == BPF_X && holders & src ? holders | dst : holders;
	case BPF_JMP:
		/* A call forgets r0 to r5. */
		return BPF_OP(insn->code) == BPF_CALL ? holders & ~0x3fU : holders;
	}
	return holders;
}

static bool uses(__u32 holders, const struct bpf_insn *insn)
{
	if (BPF_CLASS(insn->code) == BPF_LDX)
		return holders & 1U << insn->src_reg;
	if (is_memory(insn))
		return holders & 1U << insn->dst_reg;
	return is_probe_read(insn) && holders & 1U << 3;
}

static bool ends_way(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA) || insn->code == (BPF_JMP | BPF_EXIT);
}

int lab_code_core_use(const struct lab_object *o, const struct lab_place *place, __u64 *offset)
{
	struct bpf_insn insn;
	__u64 at = *offset;
	__u32 holders;

	if (!read_insn(o, place->section_index, at, &insn))
		return -ENOENT;
	if (is_memory(&insn))
		return 0;
	holders = 1U << insn.dst_reg;
	while (holders && !ends_way(&insn)) {
		at += is_wide(&insn) ? 2 * LAB_INSN_SIZE : LAB_INSN_SIZE;
		if (at >= place->end || !read_insn(o, place->section_index, at, &insn))
			break;
		if (uses(holders, &insn)) {
			*offset = at;
			return 0;
		}
		holders = pass_on(holders, &insn);
	}
	return -ENOENT;
}

static const struct btf_type *skip_modifiers(const struct btf *btf, __u32 id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	/* A hostile object may have a circle of them. */
	for (int i = 0; type && i < 16 && (btf_is_mod(type) || btf_is_typedef(type)); i++)
		type = btf__type_by_id(btf, type->type);
	return type;
}

/* Does the byte lie in this member? *rest: how far behind the member's first. */
static bool holds(const struct btf *btf, const struct btf_type *type, __u16 nr, __u32 byte,
		  __u32 *rest)
{
	const struct btf_member *member = &btf_members(type)[nr];
	__u32 offset = btf_member_bit_offset(type, nr) / 8;
	__s64 size = btf__resolve_size(btf, member->type);

	if (btf_member_bitfield_size(type, nr) || size <= 0 || byte < offset ||
	    byte - offset >= size)
		return false;
	*rest = byte - offset;
	return true;
}

/* The member that the byte is in, "data", "args[1]"; it must be the only one. */
static bool member_at(const struct btf *btf, const struct btf_type *type, __u32 byte, char *name,
		      size_t size)
{
	const struct btf_type *member = NULL;
	const char *found = NULL;
	__u32 rest, index = 0;
	__s64 element;

	for (__u16 i = 0; i < btf_vlen(type); i++) {
		if (!holds(btf, type, i, byte, &rest))
			continue;
		if (found)
			return false;
		found = btf__name_by_offset(btf, btf_members(type)[i].name_off);
		member = skip_modifiers(btf, btf_members(type)[i].type);
		index = rest;
	}
	if (!found || !*found || !member)
		return false;
	if (!btf_is_array(member)) {
		snprintf(name, size, "%s", found);
		return !index;
	}
	element = btf__resolve_size(btf, btf_array(member)->type);
	if (element <= 0 || index % element)
		return false;
	snprintf(name, size, "%s[%u]", found, (__u32)(index / element));
	return true;
}

int lab_code_context(const struct lab_object *o, const char *program, __u32 byte, char *name,
		     size_t size)
{
	const struct btf_type *type;
	const char *argument;
	char member[64];
	__s32 id = o->btf ? btf__find_by_name_kind(o->btf, program, BTF_KIND_FUNC) : -ENOENT;

	type = id > 0 ? btf__type_by_id(o->btf, id) : NULL;
	type = type ? btf__type_by_id(o->btf, type->type) : NULL;
	if (!type || !btf_is_func_proto(type) || !btf_vlen(type))
		return -ENOENT;
	argument = btf__name_by_offset(o->btf, btf_params(type)[0].name_off);
	type = skip_modifiers(o->btf, btf_params(type)[0].type);
	if (!type || !btf_is_ptr(type) || !argument || !*argument)
		return -ENOENT;
	type = skip_modifiers(o->btf, type->type);
	if (!type || !btf_is_composite(type))
		return -ENOENT;
	if (!member_at(o->btf, type, byte, member, sizeof(member)))
		return -ENOENT;
	snprintf(name, size, "%s->%s", argument, member);
	return 0;
}
