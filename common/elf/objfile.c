// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Everything of an object file that a loader asks for, read once and checked
 * while it is read, so that nothing has to be checked where it is used.
 */
#include "common/elf/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab/lab.h"

/* clang makes some dozens and some hundreds. */
#define MAX_SECTIONS 4096
#define MAX_SYMBOLS  65536
/* Of a section without bytes in the file: what the kernel gives a variable's map at most. */
#define MAX_NOBITS ((size_t)16 << 20)

const char *objfile_shown(const char *name)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s", *name ? name : "(without a name)");
	return lab_printable(text);
}

/* ---- sections ---- */

static int read_section(const struct objfile *file, size_t names, Elf_Scn *scn,
			struct objfile_section *section)
{
	Elf_Data *data;
	GElf_Shdr header;

	if (!gelf_getshdr(scn, &header))
		return lab_fail(-EINVAL, "section %zu has no header", elf_ndxscn(scn));
	section->name = elf_strptr(file->image.elf, names, header.sh_name);
	if (!section->name)
		return lab_fail(-EINVAL, "section %zu has no name", elf_ndxscn(scn));
	section->type = header.sh_type;
	section->flags = header.sh_flags;
	if (header.sh_type == SHT_NOBITS) {
		if (header.sh_size > MAX_NOBITS)
			return lab_fail(-EINVAL, "section %s is too large",
					objfile_shown(section->name));
		section->size = header.sh_size;
		return 0;
	}
	data = elf_getdata(scn, NULL);
	if (!data)
		return lab_fail(-EINVAL, "section %s is not all in the file",
				objfile_shown(section->name));
	section->bytes = data->d_buf;
	section->size = data->d_buf ? data->d_size : 0;
	return 0;
}

static int read_sections(struct objfile *file)
{
	size_t names, n;
	Elf_Scn *scn = NULL;

	if (elf_getshdrnum(file->image.elf, &n) || elf_getshdrstrndx(file->image.elf, &names))
		return lab_fail(-EINVAL, "its table of sections cannot be read");
	if (n > MAX_SECTIONS)
		return lab_fail(-EINVAL, "it has more than %d sections", MAX_SECTIONS);
	file->sections = calloc(n + 1, sizeof(*file->sections));
	if (!file->sections)
		return -ENOMEM;
	file->n_sections = n;
	file->sections[0].name = "";
	while ((scn = elf_nextscn(file->image.elf, scn))) {
		size_t i = elf_ndxscn(scn);
		int err;

		if (i >= n)
			return lab_fail(-EINVAL, "its table of sections is damaged");
		err = read_section(file, names, scn, &file->sections[i]);
		if (err)
			return err;
	}
	for (size_t i = 0; i < n; i++)
		if (!file->sections[i].name)
			return lab_fail(-EINVAL, "its table of sections is damaged");
	return 0;
}

static bool has_instructions(const struct objfile_section *section)
{
	return section->type == SHT_PROGBITS && section->flags & SHF_EXECINSTR;
}

/* ---- symbols ---- */

static int check_function(const struct objfile *file, const struct objfile_symbol *symbol)
{
	const struct objfile_section *section = &file->sections[symbol->section];

	if (symbol->value % INSN_SIZE || symbol->size % INSN_SIZE || !symbol->size ||
	    symbol->value > section->size || symbol->size > section->size - symbol->value)
		return lab_fail(-EINVAL, "function %s does not lie in its section",
				objfile_shown(symbol->name));
	return 0;
}

static int read_symbol(struct objfile *file, size_t names, const GElf_Sym *sym,
		       struct objfile_symbol *symbol)
{
	symbol->name = elf_strptr(file->image.elf, names, sym->st_name);
	if (!symbol->name)
		symbol->name = "";
	symbol->value = sym->st_value;
	symbol->size = sym->st_size;
	if (sym->st_shndx >= SHN_LORESERVE)
		return 0;
	if (sym->st_shndx >= file->n_sections)
		return lab_fail(-EINVAL, "symbol %s is in a section that is not there",
				objfile_shown(symbol->name));
	symbol->section = sym->st_shndx;
	symbol->is_function = GELF_ST_TYPE(sym->st_info) == STT_FUNC &&
			      has_instructions(&file->sections[symbol->section]);
	if (!symbol->is_function)
		return 0;
	file->functions[file->n_functions++] = symbol;
	return check_function(file, symbol);
}

static int place_compare(size_t a_section, __u64 a_offset, size_t b_section, __u64 b_offset)
{
	if (a_section != b_section)
		return a_section < b_section ? -1 : 1;
	return a_offset < b_offset ? -1 : a_offset > b_offset;
}

static int compare_functions(const void *a, const void *b)
{
	const struct objfile_symbol *x = *(const struct objfile_symbol *const *)a;
	const struct objfile_symbol *y = *(const struct objfile_symbol *const *)b;

	return place_compare(x->section, x->value, y->section, y->value);
}

static Elf_Scn *find_symbol_table(const struct objfile *file)
{
	for (size_t i = 1; i < file->n_sections; i++)
		if (file->sections[i].type == SHT_SYMTAB)
			return elf_getscn(file->image.elf, i);
	return NULL;
}

static int read_symbols(struct objfile *file)
{
	Elf_Scn *scn = find_symbol_table(file);
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Shdr header;
	GElf_Sym sym;
	size_t n;
	int err;

	if (!scn || !data || !gelf_getshdr(scn, &header))
		return lab_fail(-EINVAL, "it has no symbols");
	n = data->d_size / sizeof(Elf64_Sym);
	if (n > MAX_SYMBOLS)
		return lab_fail(-EINVAL, "it has more than %d symbols", MAX_SYMBOLS);
	file->symbols = calloc(n + 1, sizeof(*file->symbols));
	file->functions = calloc(n + 1, sizeof(*file->functions));
	if (!file->symbols || !file->functions)
		return -ENOMEM;
	for (; file->n_symbols < n && gelf_getsym(data, file->n_symbols, &sym); file->n_symbols++) {
		err = read_symbol(file, header.sh_link, &sym, &file->symbols[file->n_symbols]);
		if (err)
			return err;
	}
	qsort(file->functions, file->n_functions, sizeof(*file->functions), compare_functions);
	return 0;
}

/* ---- relocations ---- */

static int compare_relocations(const void *a, const void *b)
{
	const struct objfile_relocation *x = a, *y = b;

	return place_compare(x->section, x->offset, y->section, y->offset);
}

static int add_relocation(struct objfile *file, size_t section, const GElf_Rel *rel)
{
	struct objfile_relocation *all;
	size_t symbol = GELF_R_SYM(rel->r_info);

	if (rel->r_offset % INSN_SIZE || rel->r_offset >= file->sections[section].size)
		return lab_fail(-EINVAL, "a relocation of section %s is at no instruction",
				objfile_shown(file->sections[section].name));
	if (symbol >= file->n_symbols)
		return lab_fail(-EINVAL, "a relocation of section %s names no symbol",
				objfile_shown(file->sections[section].name));
	all = reallocarray(file->relocations, file->n_relocations + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	file->relocations = all;
	all[file->n_relocations++] = (struct objfile_relocation){
		.section = section,
		.offset = rel->r_offset,
		.type = GELF_R_TYPE(rel->r_info),
		.symbol = &file->symbols[symbol],
	};
	return 0;
}

static int read_relocations_of(struct objfile *file, Elf_Scn *scn)
{
	GElf_Shdr header;
	Elf_Data *data;
	GElf_Rel rel;
	int err = 0;

	if (!gelf_getshdr(scn, &header) || header.sh_info >= file->n_sections ||
	    !has_instructions(&file->sections[header.sh_info]))
		return 0;
	if (header.sh_type == SHT_RELA)
		return lab_fail(-EINVAL, "its relocations are of a kind that BPF does not have");
	data = elf_getdata(scn, NULL);
	for (int i = 0; !err && gelf_getrel(data, i, &rel); i++)
		err = add_relocation(file, header.sh_info, &rel);
	return err;
}

static int read_relocations(struct objfile *file)
{
	for (size_t i = 1; i < file->n_sections; i++) {
		__u32 type = file->sections[i].type;
		int err = 0;

		if (type == SHT_REL || type == SHT_RELA)
			err = read_relocations_of(file, elf_getscn(file->image.elf, i));
		if (err)
			return err;
	}
	if (file->n_relocations)
		qsort(file->relocations, file->n_relocations, sizeof(*file->relocations),
		      compare_relocations);
	return 0;
}

/* ---- the whole ---- */

int objfile_open(struct objfile *file, const char *path)
{
	int err;

	*file = (struct objfile){ 0 };
	err = image_open(&file->image, path);
	if (!err)
		err = read_sections(file);
	if (!err)
		err = read_symbols(file);
	if (!err)
		err = read_relocations(file);
	return err;
}

void objfile_close(struct objfile *file)
{
	free(file->sections);
	free(file->symbols);
	free(file->functions);
	free(file->relocations);
	image_close(&file->image);
	*file = (struct objfile){ 0 };
}

/* .BTF.ext begins with 16 and 8 bits, flags, its length, and then offset and length of each
 * of its parts. */
enum {
	EXT_CORE_LENGTH = 28,
	EXT_WITH_CORE = 32
};

static bool has_core_relocations(const struct objfile *file)
{
	const struct objfile_section *ext = objfile_section(file, ".BTF.ext");
	__u32 length, header;

	if (!ext || !ext->bytes || ext->size < EXT_WITH_CORE)
		return false;
	memcpy(&header, (const char *)ext->bytes + sizeof(__u32), sizeof(header));
	memcpy(&length, (const char *)ext->bytes + EXT_CORE_LENGTH, sizeof(length));
	return header >= EXT_WITH_CORE && length;
}

int objfile_supported(const struct objfile *file)
{
	if (objfile_section(file, "maps"))
		return lab_fail(-EOPNOTSUPP,
				"its maps are of the old kind, in section \"maps\"; SEC(\".maps\") "
				"is what this loader knows");
	if (has_core_relocations(file))
		return lab_fail(-EOPNOTSUPP,
				"it has CO-RE relocations (accesses that follow the "
				"running kernel's types); libbpf does them, this loader "
				"does not");
	return 0;
}

const struct objfile_symbol *objfile_symbol(const struct objfile *file, const char *name)
{
	for (size_t i = 0; i < file->n_symbols; i++)
		if (file->symbols[i].section && !strcmp(file->symbols[i].name, name))
			return &file->symbols[i];
	return NULL;
}

const struct objfile_symbol *objfile_function_at(const struct objfile *file, size_t section,
						 __u64 offset)
{
	struct objfile_symbol key = { .section = section, .value = offset };
	const struct objfile_symbol *wanted = &key;
	const struct objfile_symbol **found = NULL;

	if (file->n_functions)
		found = bsearch(&wanted, file->functions, file->n_functions,
				sizeof(*file->functions), compare_functions);
	return found ? *found : NULL;
}

const struct objfile_relocation *objfile_relocation_at(const struct objfile *file, size_t section,
						       __u64 offset)
{
	struct objfile_relocation key = { .section = section, .offset = offset };

	if (!file->n_relocations)
		return NULL;
	return bsearch(&key, file->relocations, file->n_relocations, sizeof(key),
		       compare_relocations);
}

const struct objfile_section *objfile_section(const struct objfile *file, const char *name)
{
	for (size_t i = 1; i < file->n_sections; i++)
		if (!strcmp(file->sections[i].name, name))
			return &file->sections[i];
	return NULL;
}
