// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Records as bytes: every kind of field, records that are too short, and what is no field. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/test/record.h"

/* Prints the record by the fields, separated by blanks, and compares. */
static void expect(const char *line, const char *description, const void *data, size_t size)
{
	struct record_field fields[RECORD_FIELDS_MAX];
	char words[256], *text = NULL;
	size_t count = 0, length;
	FILE *out = open_memstream(&text, &length);

	snprintf(words, sizeof(words), "%s", description);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		assert_int_equal(record_field_parse(word, &fields[count++]), 0);
	record_print(out, fields, count, data, size);
	fclose(out);
	assert_string_equal(text, line);
	free(text);
}

static void test_numbers(void **state)
{
	const struct {
		uint64_t large;
		int64_t negative;
		int32_t error;
		uint16_t port;
		uint8_t byte;
		int8_t tiny;
	} record = { UINT64_MAX, INT64_MIN, -2, 65535, 200, -128 };

	(void)state;
	expect("size=24 a=18446744073709551615 b=-9223372036854775808 c=-2 d=65535 e=200 f=-128\n",
	       "a:u64 b:s64 c:s32 d:u16 e:u8 f:s8", &record, sizeof(record));
}

static void test_text(void **state)
{
	(void)state;
	expect("size=8 a=abc b=xyz\n", "a:str4 b:str", "abc\0xyz", 8);
	expect("size=3 a=abc\n", "a:str", "abc", 3);
	expect("size=6 a=a\\x0ab\\x5c\\xff\n", "a:str", "a\nb\\\xff", 6);
	expect("size=4 a=616263ff\n", "a:hex", "abc\xff", 4);
	expect("size=4 a=97 b=6263ff\n", "a:u8 b:hex", "abc\xff", 4);
}

static void test_too_short(void **state)
{
	(void)state;
	expect("size=2 a=missing b=\n", "a:u32 b:str", "ab", 2);
	expect("size=0 a=missing b=missing c=\n", "a:u8 b:str4 c:hex", "", 0);
}

static void test_no_field(void **state)
{
	const char *const wrong[] = { "pid",	":u32",	 "pid:",    "pid:u",  "pid:u7",	 "pid:u24",
				      "a:u128", "a:x32", "a:str4x", "a:stru", "a:strx4", "a:hex4" };
	struct record_field field;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (record_field_parse(wrong[i], &field) != -EINVAL)
			fail_msg("%s was taken for a field", wrong[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_too_short),
		cmocka_unit_test(test_no_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
