// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From an instruction back to the source, by the line table (.BTF.ext) of the
 * object. Kernels before 6.9 show the text of a line but not its number.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <linux/btf.h>

#include "common/lab/source.h"

enum {
	LINE_SHIFT = 10 /* line_col: 22 bits of line, 10 of column */
};

/* What the top of the tree is known by. */
#define TREE_MARK "common/lesson.mk"

/* Layout of .BTF.ext; libbpf has it in a private header. */
struct ext_header {
	__u16 magic;
	__u8 version;
	__u8 flags;
	__u32 hdr_len;
	__u32 func_off, func_len;
	__u32 line_off, line_len;
};

struct ext_section {
	__u32 name_off;
	__u32 count;
};

void lab_object_close(struct lab_object *o)
{
	btf_ext__free(o->ext);
	btf__free(o->btf);
	elf_end(o->elf);
}

static void read_section(struct lab_object *o, Elf_Scn *scn)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Shdr header;
	const char *name;

	/* A damaged file: a section of these names that has a size and no bytes. */
	if (!data || !data->d_buf || !gelf_getshdr(scn, &header))
		return;
	name = elf_strptr(o->elf, o->section_names, header.sh_name);
	if (!name)
		return;
	if (header.sh_type == SHT_SYMTAB) {
		o->symbols = scn;
		o->symbol_names = header.sh_link;
	} else if (strcmp(name, BTF_ELF_SEC) == 0 && !o->btf) {
		o->btf = btf__new(data->d_buf, data->d_size);
	} else if (strcmp(name, BTF_EXT_ELF_SEC) == 0 && !o->ext) {
		o->ext = btf_ext__new(data->d_buf, data->d_size);
		o->ext_bytes = data->d_buf;
		o->ext_size = data->d_size;
	}
}

int lab_object_open(struct lab_object *o, const void *bytes, size_t size)
{
	Elf_Scn *scn = NULL;

	memset(o, 0, sizeof(*o));
	elf_version(EV_CURRENT);
	o->elf = bytes ? elf_memory((char *)bytes, size) : NULL;
	if (!o->elf || elf_getshdrstrndx(o->elf, &o->section_names)) {
		lab_object_close(o);
		return -EINVAL;
	}
	while ((scn = elf_nextscn(o->elf, scn)))
		read_section(o, scn);
	return 0;
}

static int find_lines(struct lab_object *o)
{
	const struct ext_header *header;
	const unsigned char *raw;

	if (!o->btf || !o->ext)
		return -EINVAL;
	raw = o->ext_bytes;
	header = (const void *)raw;
	/* btf_ext__new() has checked that the parts lie inside; not that one is there. */
	if (o->ext_size < sizeof(*header) || header->line_len <= sizeof(__u32))
		return -EINVAL;
	raw += header->hdr_len + header->line_off;
	memcpy(&o->record_size, raw, sizeof(o->record_size));
	if (o->record_size < sizeof(struct bpf_line_info))
		return -EINVAL;
	o->lines = raw + sizeof(o->record_size);
	o->lines_len = header->line_len - sizeof(o->record_size);
	return 0;
}

/* Fills in place if the symbol is a function. */
static bool take_function(const struct lab_object *o, const GElf_Sym *sym, struct lab_place *place)
{
	Elf_Scn *scn = elf_getscn(o->elf, sym->st_shndx);
	GElf_Shdr header;

	if (GELF_ST_TYPE(sym->st_info) != STT_FUNC || !scn || !gelf_getshdr(scn, &header))
		return false;
	place->section_index = sym->st_shndx;
	place->section = elf_strptr(o->elf, o->section_names, header.sh_name);
	place->function = elf_strptr(o->elf, o->symbol_names, sym->st_name);
	place->start = sym->st_value;
	place->end = sym->st_value + sym->st_size;
	return place->section && place->function;
}

int lab_object_function(const struct lab_object *o, const char *name, struct lab_place *place)
{
	Elf_Data *data = o->symbols && name ? elf_getdata(o->symbols, NULL) : NULL;
	GElf_Sym sym;

	for (int i = 0; data && gelf_getsym(data, i, &sym); i++)
		if (take_function(o, &sym, place) && strcmp(place->function, name) == 0)
			return 0;
	return -ENOENT;
}

int lab_object_function_at(const struct lab_object *o, size_t section, __u64 start,
			   struct lab_place *place)
{
	Elf_Data *data = o->symbols ? elf_getdata(o->symbols, NULL) : NULL;
	GElf_Sym sym;

	for (int i = 0; data && gelf_getsym(data, i, &sym); i++)
		if (sym.st_shndx == section && sym.st_value == start &&
		    take_function(o, &sym, place))
			return 0;
	return -ENOENT;
}

static const char *string_at(const struct lab_object *o, __u32 offset)
{
	const char *s = btf__str_by_offset(o->btf, offset);

	return s ? s : "";
}

/* Without leading blanks, as the verifier shows it. */
static const char *line_text(const struct lab_object *o, const struct bpf_line_info *info)
{
	const char *text = string_at(o, info->line_off);

	return text + strspn(text, " \t");
}

/* Two ways to find an instruction's record in the line table; the first is surer. */
struct search {
	const struct lab_object *object;
	const struct lab_place *place; /* its function; NULL: not known */
	__u64 offset;		       /* of the instruction in its section */
	const char *text;	       /* its text as the verifier showed it */
	struct bpf_line_info by_place; /* last one at or before offset */
	struct bpf_line_info by_text;  /* first one with this text */
	bool have_place, have_text;
};

/* Looks at one record of the table; section is the one that its code is in. */
static void visit(struct search *s, const char *section, const struct bpf_line_info *info)
{
	/* Code that the compiler made up has line 0. */
	if (!(info->line_col >> LINE_SHIFT))
		return;
	if (!s->have_text && s->text[0] && strcmp(line_text(s->object, info), s->text) == 0) {
		s->by_text = *info;
		s->have_text = true;
	}
	if (!s->place || strcmp(section, s->place->section) != 0)
		return;
	if (info->insn_off >= s->place->start && info->insn_off <= s->offset) {
		s->by_place = *info;
		s->have_place = true;
	}
}

/* Shows visit() every record. The table may be hostile: nothing in it is believed. */
static void walk(struct search *s)
{
	const struct lab_object *o = s->object;
	const unsigned char *at = o->lines, *end = o->lines + o->lines_len;

	while ((size_t)(end - at) >= sizeof(struct ext_section)) {
		struct ext_section section;

		memcpy(&section, at, sizeof(section));
		at += sizeof(section);
		for (__u32 i = 0; i < section.count; i++, at += o->record_size) {
			struct bpf_line_info info;

			if ((size_t)(end - at) < o->record_size)
				return;
			memcpy(&info, at, sizeof(info));
			visit(s, string_at(o, section.name_off), &info);
		}
	}
}

static void take_record(const struct lab_object *o, const struct bpf_line_info *info,
			struct lab_source *source)
{
	lab_source_shorten(source->file, sizeof(source->file), string_at(o, info->file_name_off));
	source->line = info->line_col >> LINE_SHIFT;
	snprintf(source->text, sizeof(source->text), "%s", line_text(o, info));
}

int lab_source_in(struct lab_object *o, const char *program, int insn, const char *text,
		  struct lab_source *source)
{
	struct search search = { .text = text, .object = o };
	struct lab_place place = {};
	int err = find_lines(o) ?: lab_object_function(o, program, &place);

	if (err)
		return err;
	/* A complaint about the whole program: its first line. */
	if (!lab_code_find(o, program, insn < 0 ? 0 : insn, &place, &search.offset))
		search.place = &place;
	walk(&search);

	/* Not if its text is another one: then it is not this object that was loaded. */
	if (search.have_place && (!text[0] || strcmp(line_text(o, &search.by_place), text) == 0))
		take_record(o, &search.by_place, source);
	else if (search.have_text)
		take_record(o, &search.by_text, source);
	else
		return -ENOENT;
	return 0;
}

int lab_source_find(const void *elf, size_t elf_size, const char *program, int insn,
		    const char *text, struct lab_source *source)
{
	struct lab_object object;
	int err = lab_object_open(&object, elf, elf_size);

	if (err)
		return err;
	err = lab_source_in(&object, program, insn, text, source);
	lab_object_close(&object);
	return err;
}

/* How much of path is the folder of the tree that it lies in, slash included; 0: in none. */
static size_t tree_len(const char *path)
{
	char mark[PATH_MAX];

	for (size_t len = strlen(path); len > 0; len--) {
		if (path[len - 1] != '/')
			continue;
		if (snprintf(mark, sizeof(mark), "%.*s" TREE_MARK, (int)len, path) < PATH_MAX &&
		    access(mark, F_OK) == 0)
			return len;
	}
	return 0;
}

void lab_source_shorten(char *buf, size_t size, const char *path)
{
	char cwd[PATH_MAX];
	size_t len = path[0] == '/' ? tree_len(path) : 0;

	if (len) {
		path += len;
	} else if (getcwd(cwd, sizeof(cwd))) {
		len = strlen(cwd);
		if (strncmp(path, cwd, len) == 0 && path[len] == '/')
			path += len + 1;
	}
	snprintf(buf, size, "%s", path);
}

int lab_source_section(const void *elf, size_t elf_size, const char *program, char *buf,
		       size_t size)
{
	struct lab_object object;
	struct lab_place place;
	int err;

	err = lab_object_open(&object, elf, elf_size);
	if (err)
		return err;
	err = lab_object_function(&object, program, &place);
	if (!err)
		snprintf(buf, size, "%s", place.section);
	lab_object_close(&object);
	return err;
}
