// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* hints.md: its sections and their levels. */
#include <errno.h>

#include "course/hints.h"
#include "course/tests/scratch.h"

static void test_sections(void **state)
{
	const char *path = scratch("# Hints\n"
				   "\n"
				   "Not a hint.\n"
				   "## 1\n"
				   "\n"
				   "Read again.\n"
				   "\n"
				   "---\n"
				   "Look here:\n"
				   "\n"
				   "```c\n"
				   "---\n"
				   "## none\n"
				   "```\n"
				   "## check: it counts: each\n"
				   "Add one.\n");
	const struct hint_section *s;
	struct hints hints;

	(void)state;
	assert_int_equal(hints_read(path, &hints), 0);
	unlink(path);
	assert_int_equal(hints.n, 2);
	s = hints_find(&hints, "1");
	assert_non_null(s);
	assert_int_equal(s->line, 4);
	assert_null(hint_check(s));
	assert_int_equal(s->levels.n, 2);
	assert_string_equal(s->levels.v[0], "Read again.");
	assert_string_equal(s->levels.v[1], "Look here:\n\n```c\n---\n## none\n```");
	s = hints_for_check(&hints, "it counts: each");
	assert_non_null(s);
	assert_string_equal(hint_check(s), "it counts: each");
	assert_string_equal(s->levels.v[0], "Add one.");
	assert_null(hints_find(&hints, "none"));
	hints_free(&hints);
}

static void test_odd_files(void **state)
{
	const char *path = scratch("## refused\n\n---\n\n## 2\n---\nonly one\n---\n");
	struct hints hints;

	(void)state;
	assert_int_equal(hints_read(path, &hints), 0);
	unlink(path);
	assert_int_equal(hints_find(&hints, "refused")->levels.n, 0);
	assert_int_equal(hints_find(&hints, "2")->levels.n, 1);
	hints_free(&hints);
	assert_int_equal(hints_read("/nowhere/hints.md", &hints), -ENOENT);
	assert_int_equal(hints.n, 0);
	hints_free(&hints);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_odd_files),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
