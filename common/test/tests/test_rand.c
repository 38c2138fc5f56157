// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Numbers drawn from the seed: the same everywhere and for ever, within their range, spread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "common/test/rand.h"

/*
 * Computed by another program from the description in rand.c. A change of one of these would
 * change what every lesson's test draws, and the seeds in reports would lose their meaning.
 */
static void test_fixed(void **state)
{
	(void)state;
	assert_int_equal(rand_between("1", "a test", "port", 0, UINT64_MAX), 0xdc970680aaf25bULL);
	assert_int_equal(rand_between("18446744073709551615", "", "", 0, UINT64_MAX),
			 0x304de610f6ac66bcULL);
	assert_int_equal(rand_between("1", "a test", "port", 1024, 65535), 1241);
}

static void test_every_part_counts(void **state)
{
	uint64_t number = rand_between("1", "test", "name", 0, UINT64_MAX);

	(void)state;
	assert_int_not_equal(number, rand_between("2", "test", "name", 0, UINT64_MAX));
	assert_int_not_equal(number, rand_between("1", "tes", "name", 0, UINT64_MAX));
	assert_int_not_equal(number, rand_between("1", "test", "nam", 0, UINT64_MAX));
	/* The parts do not run together. */
	assert_int_not_equal(rand_between("1", "test", "name", 0, UINT64_MAX),
			     rand_between("1", "testn", "ame", 0, UINT64_MAX));
}

static void test_range(void **state)
{
	int count[6] = {};
	char seed[16];

	(void)state;
	for (int i = 0; i < 6000; i++) {
		uint64_t number;

		snprintf(seed, sizeof(seed), "%d", i);
		number = rand_between(seed, "test", "name", 10, 15);
		assert_in_range(number, 10, 15);
		count[number - 10]++;
	}
	for (int i = 0; i < 6; i++)
		assert_in_range(count[i], 850, 1150);
	assert_int_equal(rand_between("1", "test", "name", 7, 7), 7);
	assert_int_equal(rand_between("1", "test", "name", UINT64_MAX, UINT64_MAX), UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_every_part_counts),
		cmocka_unit_test(test_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
