/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * An object file as the explanation needs it: functions, line table, relocations.
 * It may be hostile: nothing in it is believed.
 */
#ifndef LAB_SOURCE_H
#define LAB_SOURCE_H

#include <gelf.h>
#include <bpf/btf.h>

#include "common/lab/internal.h"

enum {
	LAB_INSN_SIZE = 8
};

struct lab_object {
	Elf *elf;
	Elf_Scn *symbols;
	size_t symbol_names; /* index of the string table */
	size_t section_names;
	struct btf *btf;
	struct btf_ext *ext;
	const unsigned char *ext_bytes; /* what ext was made from, checked by that */
	size_t ext_size;
	const unsigned char *lines; /* the line table, without its record size */
	size_t lines_len;
	__u32 record_size;
};

/* Everything but the line table, which not every object has. -EINVAL: not an object. */
int lab_object_open(struct lab_object *o, const void *bytes, size_t size);
void lab_object_close(struct lab_object *o);

/* Where a function is: its section, and its bytes in there. */
struct lab_place {
	size_t section_index;
	const char *section;
	const char *function;
	__u64 start, end;
};

/* The function with this name; -ENOENT. */
int lab_object_function(const struct lab_object *o, const char *name, struct lab_place *place);
/* The function that begins at byte start of a section; -ENOENT. */
int lab_object_function_at(const struct lab_object *o, size_t section, __u64 start,
			   struct lab_place *place);

/* lab_source_find() in an object that is open already. */
int lab_source_in(struct lab_object *o, const char *program, int insn, const char *text,
		  struct lab_source *source);

/* ---- source_code.c: the order of functions in a loaded program ---------------- */

/*
 * Where instruction insn of a program is, as libbpf loads it: the program's own
 * function first, then those that it calls, each when it is first called. *offset is
 * the instruction's byte in the section of *place, its function. -ENOENT.
 */
int lab_code_find(const struct lab_object *o, const char *program, int insn,
		  struct lab_place *place, __u64 *offset);

/*
 * The name of the map or global variable whose address the instruction at this place
 * loads; *is_map: which of the two. -ENOENT: none, or not certain.
 */
int lab_code_symbol(const struct lab_object *o, const struct lab_place *place, __u64 offset,
		    char *name, size_t size, bool *is_map);

/*
 * Where a program uses what the relocated (CO-RE) instruction at *offset computes; *offset becomes
 * that of the use, which has a line of its own. An offset of a field, r1 = 8, has none: clang puts
 * it among the lines of its neighbours. -ENOENT: not certain.
 */
int lab_code_core_use(const struct lab_object *o, const struct lab_place *place, __u64 *offset);

/* "ctx->data": the field of the context of a program, by its byte; -ENOENT. */
int lab_code_context(const struct lab_object *o, const char *program, __u32 byte, char *name,
		     size_t size);

#endif /* LAB_SOURCE_H */
