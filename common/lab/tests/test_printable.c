// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* lab_printable(): nothing that steers a terminal is left, all else stays. */
#include "common/lab/lab.h"
#include "common/lab/tests/support.h"

static void test_printable(void **state)
{
	char plain[] = " /tmp/a~", hostile[] = "\033]0;x\a\n\t\r\x7f\x9b\xc3\xa9.", empty[] = "";

	(void)state;
	assert_string_equal(lab_printable(plain), " /tmp/a~");
	assert_string_equal(lab_printable(hostile), "?]0;x????????.");
	assert_ptr_equal(lab_printable(hostile), hostile);
	assert_string_equal(lab_printable(empty), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
