// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Records as bytes, printed by a description of their fields (record.h). */
#include "common/test/record.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_number_size(size_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

int record_field_parse(const char *text, struct record_field *field)
{
	const char *colon = strchr(text, ':');
	const char *type, *digits;
	char *end;

	if (!colon || colon == text)
		return -EINVAL;
	*field = (struct record_field){ .name = text, .name_length = colon - text };
	type = colon + 1;
	if (!strcmp(type, "hex") || !strcmp(type, "str")) {
		field->kind = *type == 'h' ? RECORD_BYTES : RECORD_TEXT;
		return 0;
	}
	digits = type + strcspn(type, "0123456789");
	field->size = strtoul(digits, &end, 10);
	if (*end || !field->size)
		return -EINVAL;
	if (digits - type == 3 && !strncmp(type, "str", 3)) {
		field->kind = RECORD_TEXT;
		return 0;
	}
	if (digits - type != 1 || !strchr("us", *type) || field->size % 8)
		return -EINVAL;
	field->kind = *type == 'u' ? RECORD_UNSIGNED : RECORD_SIGNED;
	field->size /= 8;
	return is_number_size(field->size) ? 0 : -EINVAL;
}

static void print_number(FILE *out, const struct record_field *field, const uint8_t *data)
{
	uint64_t value = 0;
	int shift = 64 - 8 * field->size;

	for (size_t i = 0; i < field->size; i++) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		value |= (uint64_t)data[i] << 8 * i;
#else
		value = value << 8 | data[i];
#endif
	}
	if (field->kind == RECORD_SIGNED)
		fprintf(out, "%" PRId64, (int64_t)(value << shift) >> shift);
	else
		fprintf(out, "%" PRIu64, value);
}

static void print_text(FILE *out, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size && data[i]; i++) {
		if (isprint(data[i]) && data[i] != '\\')
			fputc(data[i], out);
		else
			fprintf(out, "\\x%02x", data[i]);
	}
}

static void print_bytes(FILE *out, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%02x", data[i]);
}

void record_print(FILE *out, const struct record_field *fields, size_t count, const void *data,
		  size_t size)
{
	const uint8_t *bytes = data;
	size_t at = 0;

	fprintf(out, "size=%zu", size);
	for (size_t i = 0; i < count; i++) {
		const struct record_field *field = &fields[i];
		size_t length = field->size ?: size - at;

		fprintf(out, " %.*s=", field->name_length, field->name);
		if (length > size - at) {
			fprintf(out, "missing");
			at = size;
			continue;
		}
		if (field->kind == RECORD_TEXT)
			print_text(out, bytes + at, length);
		else if (field->kind == RECORD_BYTES)
			print_bytes(out, bytes + at, length);
		else
			print_number(out, field, bytes + at);
		at += length;
	}
	fputc('\n', out);
}
