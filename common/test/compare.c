// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl packet show SEEN EXPECTED: the fields of two packets side by side,
 * then their bytes where they begin to differ. No colours: the marks are text.
 */
#include "common/test/compare.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/test/dissect.h"

/* Rows of 8 bytes before and after the one with the first difference. */
#define ROWS_NEAR 2

#define MARK "   <--"

struct column {
	struct part parts[PARTS_MAX];
	int count;
};

/* ---- fields ---- */

#define TEXT_MAX 64 /* an IPv6 address is the longest field */

static void text_of(const struct part *part, const struct field *field, char text[TEXT_MAX])
{
	if (!part)
		snprintf(text, TEXT_MAX, "-");
	else if (!part_has(part, field))
		snprintf(text, TEXT_MAX, "(cut off)");
	else
		field_text(part, field, text, TEXT_MAX);
}

static void print_row(const char *layer, const char *name, const char *expected, const char *seen)
{
	if (strcmp(expected, seen))
		printf("  %-8s  %-8s  %-22s  %-22s%s\n", layer, name, expected, seen, MARK);
	else
		printf("  %-8s  %-8s  %-22s  %s\n", layer, name, expected, seen);
}

static bool says_nothing(const char *text)
{
	return !strcmp(text, "0") || !strcmp(text, "-");
}

/* "tos" is "dscp" and "ecn" together. */
static bool is_worth_a_row(const struct field *field, const char *expected, const char *seen)
{
	return strcmp(field->name, "tos") && !(says_nothing(expected) && says_nothing(seen));
}

static void size_text(const struct part *part, char text[TEXT_MAX])
{
	if (!part)
		snprintf(text, TEXT_MAX, "-");
	else if (part->there < part->size)
		snprintf(text, TEXT_MAX, "%zu, cut off at %zu", part->size, part->there);
	else
		snprintf(text, TEXT_MAX, "%zu", part->size);
}

/* One header, which one of the two may lack. */
static void print_part(const struct part *expected, const struct part *seen)
{
	const struct layer_type *type = expected ? expected->type : seen->type;
	const char *layer = type->name;
	char a[TEXT_MAX], b[TEXT_MAX];

	for (const struct field *field = type->fields; field->name; field++) {
		text_of(expected, field, a);
		text_of(seen, field, b);
		if (!is_worth_a_row(field, a, b))
			continue;
		print_row(layer, field->name, a, b);
		layer = "";
	}
	/* The size is worth a row when there are options, or something is cut off. */
	size_text(expected, a);
	size_text(seen, b);
	if ((expected && seen && strcmp(a, b)) || !type->fields->name ||
	    (expected && expected->size > type->size) || (seen && seen->size > type->size))
		print_row(layer, "bytes", a, b);
}

/* The first part from `from` on that has this type; count when there is none. */
static int find(const struct column *column, int from, const struct layer_type *type)
{
	while (from < column->count && column->parts[from].type != type)
		from++;
	return from;
}

/* Headers that both have stand in one row, also when one has others before it. */
static void print_parts(const struct column *expected, const struct column *seen)
{
	int i = 0, j = 0;

	while (i < expected->count || j < seen->count) {
		const struct part *a = i < expected->count ? &expected->parts[i] : NULL;
		const struct part *b = j < seen->count ? &seen->parts[j] : NULL;

		if (a && b && a->type != b->type) {
			int in_seen = find(seen, j, a->type) - j;
			int in_expected = find(expected, i, b->type) - i;

			if (j + in_seen == seen->count ||
			    (i + in_expected < expected->count && in_expected < in_seen))
				b = NULL;
			else
				a = NULL;
		}
		print_part(a, b);
		i += a != NULL;
		j += b != NULL;
	}
}

/* ---- bytes ---- */

static bool byte_differs(const struct bytes *a, const struct bytes *b, size_t at)
{
	if (at >= a->len || at >= b->len)
		return at < a->len || at < b->len;
	return a->data[at] != b->data[at];
}

static bool row_differs(const struct bytes *a, const struct bytes *b, size_t row)
{
	for (size_t at = row; at < row + 8; at++)
		if (byte_differs(a, b, at))
			return true;
	return false;
}

static void print_bytes(const struct bytes *packet, size_t row, bool pad)
{
	for (size_t at = row; at < row + 8; at++)
		if (at < packet->len)
			printf(" %02x", packet->data[at]);
		else if (pad)
			fputs("   ", stdout);
}

/* "^^" below each byte that differs, in both columns. */
static void print_marks(const struct bytes *a, const struct bytes *b, size_t row)
{
	char line[64];
	size_t last = 0;

	memset(line, ' ', sizeof(line));
	for (size_t i = 0; i < 8; i++)
		if (byte_differs(a, b, row + i)) {
			memcpy(line + 8 + 3 * i, "^^", 2);
			memcpy(line + 35 + 3 * i, "^^", 2);
			last = 35 + 3 * i + 2;
		}
	printf("%.*s\n", (int)last, line);
}

static void print_byte_row(const struct bytes *expected, const struct bytes *seen, size_t row)
{
	bool differs = row_differs(expected, seen, row);

	printf("  %4zu ", row);
	print_bytes(expected, row, true);
	fputs("   ", stdout);
	print_bytes(seen, row, differs);
	puts(differs ? MARK : "");
	if (differs)
		print_marks(expected, seen, row);
}

static size_t first_difference(const struct bytes *a, const struct bytes *b, size_t longest)
{
	size_t at = 0;

	while (at < longest && !byte_differs(a, b, at))
		at++;
	return at;
}

static void print_all_bytes(const struct bytes *expected, const struct bytes *seen)
{
	size_t longest = expected->len > seen->len ? expected->len : seen->len;
	size_t first = first_difference(expected, seen, longest) / 8 * 8;
	bool skipped = false;

	printf("  byte  %-26s seen\n", "expected");
	for (size_t row = 0; row < longest; row += 8) {
		bool near = row + 8 * ROWS_NEAR >= first && row <= first + 8 * ROWS_NEAR;

		if (near)
			print_byte_row(expected, seen, row);
		else if (!skipped)
			puts("   ...");
		skipped = !near;
	}
}

static void print_summary(const struct bytes *a, const struct bytes *b)
{
	size_t longest = a->len > b->len ? a->len : b->len;
	size_t at = first_difference(a, b, longest);

	if (at == longest)
		puts("  no byte differs");
	else if (at == a->len || at == b->len)
		printf("  expected %zu bytes, seen %zu; the first %zu are the same\n", a->len,
		       b->len, at);
	else
		printf("  the first byte that differs is byte %zu (counted from 0)\n", at);
}

/* ---- both ---- */

void compare_print(const struct bytes *expected, const struct bytes *seen)
{
	static struct column a, b;

	a.count = dissect(expected->data, expected->len, a.parts);
	b.count = dissect(seen->data, seen->len, b.parts);
	printf("  %-8s  %-8s  %-22s  %s\n", "", "field", "expected", "seen");
	print_parts(&a, &b);
	print_all_bytes(expected, seen);
	print_summary(expected, seen);
}

size_t compare_distance(const struct bytes *a, const struct bytes *b)
{
	size_t longest = a->len > b->len ? a->len : b->len, distance = 0;

	for (size_t at = 0; at < longest; at++)
		distance += byte_differs(a, b, at);
	return distance;
}
