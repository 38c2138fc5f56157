// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading wrong/CASE/expect. */
#include "course/expect.h"
#include "course/tests/scratch.h"

static struct bats_test tests[] = { { .name = "one" }, { .name = "two" }, { .name = "three" } };
static const struct bats_list list = { .tests = tests, .n = 3 };

static void expect_error(const char *text, const char *error)
{
	const char *path = scratch(text);
	struct expect e;
	char *said;

	assert_int_not_equal(expect_read(path, "expect", &list, &e, &said), 0);
	unlink(path);
	assert_string_equal(said, error);
	free(said);
	expect_free(&e);
}

static void test_reads(void **state)
{
	const char *path = scratch("# why\nmust one\nmay  two\n\nsays = It does x = y; badly.\n");
	struct expect e;
	char *said;

	(void)state;
	assert_int_equal(expect_read(path, "expect", &list, &e, &said), 0);
	unlink(path);
	assert_int_equal(e.kind, EXPECT_CHECKS);
	assert_int_equal(e.must.n, 1);
	assert_int_equal(e.may.n, 1);
	assert_string_equal(e.says, "It does x = y; badly.");
	expect_free(&e);
}

static void test_texts(void **state)
{
	const char *path = scratch("refused  no bounds check \nrefused ->dest\nsays = x\n");
	struct expect e;
	char *said;

	(void)state;
	assert_int_equal(expect_read(path, "expect", &list, &e, &said), 0);
	unlink(path);
	assert_int_equal(e.kind, EXPECT_REFUSED);
	assert_int_equal(e.texts.n, 2);
	assert_string_equal(e.texts.v[0], "no bounds check");
	assert_string_equal(e.texts.v[1], "->dest");
	expect_free(&e);
}

static void test_wrong(void **state)
{
	(void)state;
	expect_error("must four\nsays = x\n", "expect:1: test.bats has no check named: four");
	expect_error("must one\nmay one\nsays = x\n", "expect:2: named twice: one");
	expect_error("must one\n", "expect:1: no says = SENTENCE");
	expect_error("may one\nsays = x\n", "expect:2: no must NAME, refused or build");
	expect_error("refused\nmust one\nsays = x\n",
		     "expect:3: refused and build leave no check to name");
	expect_error("build x\nrefused\nsays = x\n",
		     "expect:2: refused and build exclude each other");
	expect_error(
		"builds\nsays = x\n",
		"expect:1: must NAME, may NAME, refused, build or one says = SENTENCE, not: builds");
	expect_error("fails one\n", "expect:1: must NAME, may NAME, refused, build or one says = "
				    "SENTENCE, not: fails one");
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
