// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names, times, exit codes, fault injection, and the table of capabilities. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "testenv/caps.h"
#include "testenv/testenv.h"

static void names(void **state)
{
	(void)state;
	assert_true(name_valid("a"));
	assert_true(name_valid("Demo-2_x"));
	assert_true(name_valid("a1234567890123456789012345678901"));
	assert_false(name_valid("a12345678901234567890123456789012"));
	assert_false(name_valid(""));
	assert_false(name_valid("1a"));
	assert_false(name_valid("-a"));
	assert_false(name_valid("a/b"));
	assert_false(name_valid("a.b"));
	assert_false(name_valid(".."));
	assert_false(name_valid("a b"));
	assert_false(name_valid("h\xc3\xa4user"));
}

static void seconds(void **state)
{
	(void)state;
	assert_int_equal(parse_seconds("5"), 5000);
	assert_int_equal(parse_seconds("0.5"), 500);
	assert_int_equal(parse_seconds("0"), -EINVAL);
	assert_int_equal(parse_seconds("-1"), -EINVAL);
	assert_int_equal(parse_seconds(""), -EINVAL);
	assert_int_equal(parse_seconds("5s"), -EINVAL);
	assert_int_equal(parse_seconds("1e99"), -EINVAL);
	assert_int_equal(parse_seconds("nan"), -EINVAL);
}

static void codes(void **state)
{
	(void)state;
	assert_int_equal(exit_code(-EPERM), EXIT_MACHINE);
	assert_int_equal(exit_code(-EOPNOTSUPP), EXIT_MACHINE);
	assert_int_equal(exit_code(-EIO), EXIT_INTERNAL);
}

static void faults(void **state)
{
	(void)state;
	setenv("TESTENV_FAIL_AT", "3", 1);
	assert_int_equal(fault_step(), 0);
	assert_int_equal(fault_step(), 0);
	assert_int_equal(fault_step(), -EIO);
	assert_int_equal(fault_step(), 0);
	unsetenv("TESTENV_FAIL_AT");
}

static void every_capability_is_complete(void **state)
{
	(void)state;
	for (const struct capability *c = capabilities; c->name; c++) {
		assert_non_null(c->what);
		assert_non_null(c->cure);
		assert_true(!c->probe != !c->tool);
		assert_ptr_equal(capability_find(c->name), c);
		/* A name must be a word in a lesson.conf's list. */
		assert_null(strpbrk(c->name, ", \t;"));
	}
	assert_null(capability_find("perpetual-motion"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(seconds),
		cmocka_unit_test(codes),
		cmocka_unit_test(faults),
		cmocka_unit_test(every_capability_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
