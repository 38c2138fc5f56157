// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Values by BTF: names, every size and sign, bit-fields, text, sums, and what is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/test/value.h"

/* The BTF that clang would make of this, and of a section that holds one such variable. */
struct block {
	int8_t s8;
	uint16_t u16;
	uint32_t u32;
	int64_t s64;
	char text[6];
	uint8_t raw[3];
	struct {
		uint32_t low : 3, high : 7;
	} bits;
	uint32_t list[2][2];
};

static struct btf *btf;
static int section;
static struct block block;
static struct value_error problem;

static void add_block(int s8, int u16, int u32, int s64, int text, int raw, int list, int bits)
{
	int id = btf__add_struct(btf, "block", sizeof(struct block));

	btf__add_field(btf, "s8", s8, 8 * offsetof(struct block, s8), 0);
	btf__add_field(btf, "u16", u16, 8 * offsetof(struct block, u16), 0);
	btf__add_field(btf, "u32", u32, 8 * offsetof(struct block, u32), 0);
	btf__add_field(btf, "s64", s64, 8 * offsetof(struct block, s64), 0);
	btf__add_field(btf, "text", text, 8 * offsetof(struct block, text), 0);
	btf__add_field(btf, "raw", raw, 8 * offsetof(struct block, raw), 0);
	btf__add_field(btf, "bits", bits, 8 * offsetof(struct block, bits), 0);
	btf__add_field(btf, "list", list, 8 * offsetof(struct block, list), 0);
	id = btf__add_var(btf, "all", BTF_VAR_GLOBAL_ALLOCATED, btf__add_const(btf, id));
	section = btf__add_datasec(btf, ".data", sizeof(struct block));
	btf__add_datasec_var_info(btf, id, 0, sizeof(struct block));
}

static int setup(void **state)
{
	int s8, u8, u16, u32, s64, letter, text, raw, list, bits;

	(void)state;
	btf = btf__new_empty();
	s8 = btf__add_int(btf, "signed char", 1, BTF_INT_SIGNED);
	u8 = btf__add_typedef(btf, "__u8", btf__add_int(btf, "unsigned char", 1, 0));
	u16 = btf__add_volatile(btf, btf__add_int(btf, "unsigned short", 2, 0));
	u32 = btf__add_int(btf, "unsigned int", 4, 0);
	s64 = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	letter = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	text = btf__add_array(btf, u32, letter, 6);
	raw = btf__add_array(btf, u32, u8, 3);
	list = btf__add_array(btf, u32, btf__add_array(btf, u32, u32, 2), 2);
	bits = btf__add_struct(btf, NULL, 4);
	btf__add_field(btf, "low", u32, 0, 3);
	btf__add_field(btf, "high", u32, 3, 7);
	add_block(s8, u16, u32, s64, text, raw, list, bits);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	btf__free(btf);
	return 0;
}

static int set(const char *path, const char *text)
{
	struct place place;
	int err = value_root(btf, section, &place, &problem);

	err = err ?: value_find(&place, path, &problem);
	return err ?: value_set(&place, &block, text, &problem);
}

static void expect_text(const char *path, const char *text)
{
	char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	struct place place;

	assert_int_equal(value_root(btf, section, &place, &problem), 0);
	assert_int_equal(value_find(&place, path, &problem), 0);
	assert_int_equal(value_print(&place, &block, out), 0);
	fclose(out);
	assert_string_equal(printed, text);
	free(printed);
}

static void test_numbers(void **state)
{
	(void)state;
	memset(&block, 0, sizeof(block));
	assert_int_equal(set("all.s8", "-128"), 0);
	assert_int_equal(block.s8, -128);
	assert_int_equal(set("all.s8", "127"), 0);
	assert_int_equal(set("all.u16", "0xffff"), 0);
	assert_int_equal(block.u16, 65535);
	assert_int_equal(set("all.u32", "4294967295"), 0);
	assert_int_equal(block.u32, UINT32_MAX);
	assert_int_equal(set("all.s64", "-9223372036854775808"), 0);
	assert_true(block.s64 == INT64_MIN);
	assert_int_equal(block.s8, 127);
	expect_text("all.s64", "-9223372036854775808");
	expect_text("all.u32", "4294967295");
	assert_int_equal(set("all.list[1][0]", "9"), 0);
	assert_int_equal(block.list[1][0], 9);
	expect_text("all.list", "[[0 0] [9 0]]");
}

static void test_bit_fields(void **state)
{
	(void)state;
	memset(&block, 0, sizeof(block));
	assert_int_equal(set("all.bits.high", "127"), 0);
	assert_int_equal(block.bits.high, 127);
	assert_int_equal(block.bits.low, 0);
	assert_int_equal(set("all.bits.low", "5"), 0);
	assert_int_equal(block.bits.high, 127);
	expect_text("all.bits", "{low=5 high=127}");
	assert_int_not_equal(set("all.bits.high", "128"), 0);
}

static void test_text(void **state)
{
	(void)state;
	memset(&block, 0xff, sizeof(block));
	assert_int_equal(set("all.text", "12345"), 0);
	assert_string_equal(block.text, "12345");
	assert_int_equal(set("all.text", ""), 0);
	assert_memory_equal(block.text, "\0\0\0\0\0\0", 6);
	assert_int_equal(set("all.raw", "hex:0a0B0c"), 0);
	assert_memory_equal(block.raw, "\x0a\x0b\x0c", 3);
	expect_text("all.raw", "[10 11 12]");
}

static void expect_refused(const char *path, const char *text, const char *message)
{
	struct block before = block;

	assert_true(set(path, text) < 0);
	assert_non_null(strstr(problem.text, message));
	assert_memory_equal(&before, &block, sizeof(block));
}

static void test_refusals(void **state)
{
	(void)state;
	memset(&block, 0, sizeof(block));
	assert_int_equal(set("nothing", "1"), -ENOENT);
	expect_refused("all.nothing", "1", "there are: s8, u16");
	expect_refused("all.u32.x", "1", "not a struct");
	expect_refused("all.u32[0]", "1", "not an array");
	expect_refused("all.list[2]", "1", "has 2 elements");
	expect_refused("all.list[-1]", "1", "has 2 elements");
	expect_refused("all.list[1", "1", "not a name");
	expect_refused("all..u32", "1", "not a name");
	expect_refused("all.s8", "128", "does not fit");
	expect_refused("all.s8", "-129", "does not fit");
	expect_refused("all.u16", "-1", "does not fit unsigned");
	expect_refused("all.s64", "9223372036854775808", "does not fit");
	expect_refused("all.u32", "", "not a number");
	expect_refused("all.u32", "1 ", "not a number");
	expect_refused("all.u32", "- 1", "not a number");
	expect_refused("all.text", "123456", "longer than the 5");
	expect_refused("all.u32", "hex:0a0b", "needs 8 hex digits");
	expect_refused("all.raw", "hex:0a0b", "needs 6 hex digits");
	expect_refused("all.raw", "hex:0a0b0g", "needs 6 hex digits");
	expect_refused("all", "1", "name a field");
}

static void test_sum(void **state)
{
	struct block more = { .u16 = 3, .s64 = -5, .list = { { 1, 2 }, { 3, 4 } } };
	struct place place;

	(void)state;
	memset(&block, 0, sizeof(block));
	block.u16 = 65535;
	block.s64 = 3;
	block.list[1][1] = 10;
	more.bits.low = 1;
	assert_int_equal(value_root(btf, section, &place, &problem), 0);
	assert_int_equal(value_find(&place, "all", &problem), 0);
	assert_int_equal(value_add(&place, &block, &more), 0);
	assert_int_equal(block.u16, 2);
	assert_true(block.s64 == -2);
	assert_int_equal(block.list[1][1], 14);
	assert_int_equal(block.bits.low, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_bit_fields),
		cmocka_unit_test(test_text),	cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
