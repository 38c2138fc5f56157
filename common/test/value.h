/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Values of variables and map entries by name, through BTF: "port",
 * "config.limit", "seen[3].bytes". Reads and writes integers of every size,
 * enums, bool, and arrays of char; never guesses at types it does not know.
 */
#ifndef LAB_TEST_VALUE_H
#define LAB_TEST_VALUE_H

#include <bpf/btf.h>
#include <stddef.h>
#include <stdio.h>

/* Where a value stands in a block of bytes, and what it is. */
struct place {
	const struct btf *btf;
	__u32 type;   /* BTF type id, qualifiers and typedefs removed */
	size_t at;    /* bytes from the start of the block */
	size_t size;  /* bytes */
	int bit_at;   /* of a bit-field, from the start of its byte in memory order */
	int bit_size; /* 0: not a bit-field */
};

struct value_error {
	char text[512];
};

/* The whole block, of the type root (a DATASEC for a section's variables). */
int value_root(const struct btf *btf, __u32 root, struct place *place, struct value_error *error);

/*
 * From *place on along path: a name, then ".field" and "[index]". -ENOENT: a section
 * has no variable of this name; -EINVAL: any other step that cannot be taken.
 */
int value_find(struct place *place, const char *path, struct value_error *error);

/* Text to bytes: a number, 'hex:..' for raw bytes, a string for arrays of char. */
int value_set(const struct place *place, void *block, const char *text, struct value_error *error);

/* Bytes to text, in decimal; structs and arrays as {a=1 b=2} and [1 2 3]. */
int value_print(const struct place *place, const void *block, FILE *out);

/* Adds the numbers of one block to those of another of the same type (per-CPU values). */
int value_add(const struct place *place, void *sum, const void *block);

/* "port, limit, name": the variables of a DATASEC or the fields of a struct. */
void value_names(const struct btf *btf, __u32 root, char *text, size_t size);

#endif
