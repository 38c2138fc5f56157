// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Notes of sandboxes as a virtual machine hands them out: true ones, and what a hostile one could say. */
#include "course/grade/limits.h"
#include "course/tests/scratch.h"

static void expect(const char *text, bool failed, const char *limits)
{
	AUTO_STRV found = { 0 };
	AUTO_SB joined = { 0 };

	assert_int_equal(limits_read(text, &found), failed);
	for (size_t i = 0; i < found.n; i++)
		sb_addf(&joined, "%s ", found.v[i]);
	assert_string_equal(sb_str(&joined), limits);
}

static void test_read(void **state)
{
	(void)state;
	expect("", false, "");
	expect("{\"reason\": \"exit\", \"status\": 0}\n{\"reason\": \"output\"}\n{\"reason\": \"time\"}\n",
	       false, "output time ");
	/* Each once. */
	expect("{\"reason\": \"memory\"}{\"reason\": \"memory\"}", false, "memory ");
	expect("{\"reason\": \"pids\"}\n{\"reason\": \"machine\"}\n", true, "pids ");
}

static void test_damaged(void **state)
{
	(void)state;
	/* Whoever wrote the first was killed meanwhile. */
	expect("{\"reason\": \"outp{\"reason\": \"time\", \"status\": 137}\n", false, "time ");
	expect("{\"reason\": \"output\", \"sta\n{\"reason\": \"memory\"}\n{\n{\"reason\": \"machine\"}\n",
	       true, "memory ");
	expect("\n\n{\"reason\": \"pids\"}", false, "pids ");
}

/* It takes no time, however much of it there is. */
static void test_much_nonsense(void **state)
{
	AUTO_SB text = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		sb_add(&text, "{\"a\":[");
	sb_add(&text, "{\"reason\": \"time\"}");
	expect(sb_str(&text), false, "");
}

static void test_hostile(void **state)
{
	(void)state;
	expect("nonsense", false, "");
	expect("{\"reason\": \"a limit of its own\"} {\"reason\": 7} [] {\"reason\": \"files\"}",
	       false, "files ");
	expect("{\"reason\": \"output\"", false, "");
	expect("{\"reason\": \"output\"} ] {\"reason\": \"time\"}", false, "output time ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_much_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
