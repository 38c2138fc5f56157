/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Records as bytes, printed by a description of their fields: "pid:u32 path:str".
 * Fields follow one another without gaps; a gap is a field as well.
 */
#ifndef LAB_TEST_RECORD_H
#define LAB_TEST_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define RECORD_FIELDS_MAX 16

struct record_field {
	const char *name; /* not terminated: name_length bytes */
	int name_length;
	enum {
		RECORD_UNSIGNED,
		RECORD_SIGNED,
		RECORD_TEXT,
		RECORD_BYTES
	} kind;
	size_t size; /* bytes; 0: what is left of the record */
};

/*
 * NAME:TYPE. Types: u8 u16 u32 u64, s8 s16 s32 s64 (host byte order), strN (text in N
 * bytes), and for what is left of the record str (text) and hex (bytes). 0 or -EINVAL;
 * field->name points into text.
 */
int record_field_parse(const char *text, struct record_field *field);

/*
 * Prints "size=BYTES NAME=VALUE ..." and a newline. Text ends at its first 0 byte; a
 * backslash and bytes that cannot be printed appear as \xHH. A field that the record
 * is too short for is printed as "missing".
 */
void record_print(FILE *out, const struct record_field *fields, size_t count, const void *data,
		  size_t size);

#endif
