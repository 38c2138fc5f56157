// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Which variable is in a register at an instruction: as the compiler noted it for
 * debuggers. (What it notes of the stack is wrong with clang 14: not looked at.) The notes of an object
 * file count from the beginning of each section, as we do, so nothing has to be
 * relocated; functions are told apart by their names. An object without such
 * notes has no names.
 */
#include <ctype.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <string.h>

#include "course/course.h"
#include "course/variables.h"

enum {
	DEPTH_MAX = 32, /* of scopes; hostile ones have no end */
	FOUND_MAX = 16,
};

struct search {
	const struct lab_location *where;
	const char *found[FOUND_MAX];
	size_t n;
};

/* Is the variable's value the register's, no more and no less? */
static bool in_register(const Dwarf_Op *op, size_t n, int reg)
{
	if (n == 1)
		return op->atom == DW_OP_reg0 + reg;
	return n == 2 && op[0].atom == DW_OP_breg0 + reg && op[0].number == 0 &&
	       op[1].atom == DW_OP_stack_value;
}

static bool is_there(const struct search *s, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *ops;
	size_t n;

	return dwarf_attr(die, DW_AT_location, &attribute) &&
	       dwarf_getlocation_addr(&attribute, s->where->offset, &ops, &n, 1) == 1 &&
	       in_register(ops, n, s->where->reg);
}

static void look_at(struct search *s, Dwarf_Die *die)
{
	int tag = dwarf_tag(die);
	const char *name;

	if ((tag != DW_TAG_variable && tag != DW_TAG_formal_parameter) || !is_there(s, die))
		return;
	name = dwarf_diename(die);
	for (size_t i = 0; name && i < s->n; i++)
		if (!strcmp(s->found[i], name))
			return;
	if (name && s->n < FOUND_MAX)
		s->found[s->n++] = name;
}

/* The variables of a scope and of those in it: blocks, functions that were put inline. */
static void look_into(struct search *s, Dwarf_Die *scope, int depth)
{
	Dwarf_Die die;

	if (depth > DEPTH_MAX || dwarf_child(scope, &die))
		return;
	do {
		int tag = dwarf_tag(&die);

		look_at(s, &die);
		if ((tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) &&
		    dwarf_haspc(&die, s->where->offset) == 1)
			look_into(s, &die, depth + 1);
	} while (!dwarf_siblingof(&die, &die));
}

static void look_in_unit(struct search *s, Dwarf_Die *unit)
{
	Dwarf_Die die;

	if (dwarf_child(unit, &die))
		return;
	do {
		const char *name =
			dwarf_tag(&die) == DW_TAG_subprogram ? dwarf_diename(&die) : NULL;

		if (name && !strcmp(name, s->where->function) &&
		    dwarf_haspc(&die, s->where->offset) == 1)
			look_into(s, &die, 0);
	} while (!dwarf_siblingof(&die, &die));
}

static bool is_word_of(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; *word && (at = strstr(at, word)); at++)
		if ((at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_' &&
				    at[-1] != '>' && at[-1] != '.')) &&
		    !isalnum((unsigned char)at[n]) && at[n] != '_')
			return true;
	return false;
}

/* The only one; of several the only one that the source line names. */
static const char *choose(const struct search *s)
{
	const char *chosen = s->n == 1 ? s->found[0] : NULL;
	size_t named = 0;

	for (size_t i = 0; s->n > 1 && i < s->n; i++) {
		if (!is_word_of(s->where->text, s->found[i]))
			continue;
		chosen = s->found[i];
		named++;
	}
	return named > 1 ? NULL : chosen;
}

bool variables_find(const struct lab_origin *origin, const struct lab_location *where, char *name,
		    size_t size)
{
	struct search s = { .where = where };
	Dwarf_CU *cu = NULL;
	const char *chosen;
	Dwarf *dwarf;
	Dwarf_Die unit;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)origin->elf, origin->elf_size);
	dwarf = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
	while (dwarf && !dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &unit, NULL))
		look_in_unit(&s, &unit);
	chosen = choose(&s);
	if (chosen)
		snprintf(name, size, "%s", chosen);
	dwarf_end(dwarf);
	elf_end(elf);
	return chosen;
}
