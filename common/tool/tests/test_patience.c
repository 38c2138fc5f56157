// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A limit of time on a quiet machine, on a busy one, and on one that is too busy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "common/tool/patience.h"

static void test_quiet(void **state)
{
	(void)state;
	assert_int_equal(patience_left(30, 0, 0, 1, 2), 30);
	assert_int_equal(patience_left(30, 29, 0, 2, 2), 1);
	assert_int_equal(patience_left(30, 30, 0, 2, 2), 0);
	/* Nobody has waited until now, or nobody does any more. */
	assert_int_equal(patience_left(30, 30, 0, 20, 2), 0);
	assert_int_equal(patience_left(30, 30, 30, 2, 2), 0);
}

static void test_busy(void **state)
{
	(void)state;
	/* Eight on two processors: it takes four times as long. */
	assert_int_equal(patience_left(30, 30, 30, 8, 2), 23);
	assert_true(patience_left(30, 119, 119, 8, 2) > 0);
	assert_int_equal(patience_left(30, 120, 120, 8, 2), 0);
	/* More stalls than time has gone by: the two clocks are not read at the same moment. */
	assert_int_equal(patience_left(30, 120, 130, 8, 2), 0);
	/* It was so for half of the time. */
	assert_true(patience_left(30, 30, 15, 8, 2) > 0);
	assert_true(patience_left(30, 60, 30, 8, 2) <= 0);
}

static void test_too_busy(void **state)
{
	(void)state;
	assert_true(patience_left(30, 299, 299, 1000, 2) > 0);
	assert_int_equal(patience_left(30, 300, 300, 1000, 2), 0);
	assert_true(patience_left(30, 400, 400, 1000, 2) <= 0);
}

static void test_machine(void **state)
{
	char path[] = "/tmp/test_patience-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");

	(void)state;
	assert_true(patience_ready() >= 1);
	assert_int_equal(patience_left_now(1000000000000, 7, patience_stalled()), 999999999993);
	assert_non_null(file);
	fputs("some avg10=1.50 avg60=0.00 avg300=0.00 total=8138\nfull avg10=0.00 total=5\n", file);
	fclose(file);
	assert_int_equal(patience_number(path, "total="), 8138);
	assert_int_equal(patience_number(path, "none="), -1);
	unlink(path);
	assert_int_equal(patience_number(path, "total="), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_too_busy),
		cmocka_unit_test(test_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
