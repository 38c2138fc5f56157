// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A relocation's path through structs, unions without a name and arrays; and paths that lead nowhere. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/test/relocations.h"

static struct btf *btf;
static int outer;

/*
 * struct inner { int a; union { int b; int c; }; };
 * struct outer { int first; struct inner list[4]; };
 */
static int set_up(void **state)
{
	int number, both, inner, list;

	(void)state;
	btf = btf__new_empty();
	number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	both = btf__add_union(btf, NULL, 4);
	btf__add_field(btf, "b", number, 0, 0);
	btf__add_field(btf, "c", number, 0, 0);
	inner = btf__add_struct(btf, "inner", 8);
	btf__add_field(btf, "a", number, 0, 0);
	btf__add_field(btf, NULL, both, 32, 0);
	list = btf__add_array(btf, number, inner, 4);
	outer = btf__add_struct(btf, "outer", 36);
	btf__add_field(btf, "first", number, 0, 0);
	btf__add_field(btf, "list", list, 32, 0);
	outer = btf__add_const(btf, outer);
	return outer > 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	btf__free(btf);
	return 0;
}

static void test_paths(void **state)
{
	static const struct {
		const char *access, *path;
	} cases[] = {
		{ "0", "outer" },
		{ "0:0", "outer.first" },
		{ "0:1:2:0", "outer.list[2].a" },
		{ "0:1:3:1:1", "outer.list[3].c" },
	};
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(relocation_name(btf, outer, cases[i].access, path, sizeof(path)),
				 0);
		assert_string_equal(path, cases[i].path);
	}
}

static void test_nowhere(void **state)
{
	static const char *const accesses[] = { "0:2", "0:0:0", "0:1:1:9", "0:x", "0;1", "0:-1" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof(accesses) / sizeof(*accesses); i++)
		assert_int_equal(relocation_name(btf, outer, accesses[i], path, sizeof(path)),
				 -EINVAL);
	assert_int_equal(relocation_name(btf, outer, NULL, path, sizeof(path)), -EINVAL);
	assert_int_equal(relocation_name(btf, 99, "0", path, sizeof(path)), -EINVAL);
}

/* A path that is too long is cut. */
static void test_room(void **state)
{
	char path[8];

	(void)state;
	assert_int_equal(relocation_name(btf, outer, "0:1:2:0", path, sizeof(path)), 0);
	assert_string_equal(path, "outer.l");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
