// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The TAP reader: what bats writes is read; what a tested program slips in is an error. */
#include "course/tap.h"
#include "course/tests/scratch.h"

static struct bats_test tests[] = { { .name = "one" },
				    { .name = "two in 5ms" },
				    { .name = "three" } };
static const struct bats_list list = { .tests = tests, .n = 3 };

static void expect_error(const char *text, const char *error)
{
	struct tap tap;

	tap_init(&tap, &list);
	tap_text(&tap, text);
	tap_end(&tap);
	assert_non_null(tap.error);
	assert_string_equal(tap.error, error);
	tap_free(&tap);
}

static void test_reads(void **state)
{
	struct tap tap;

	(void)state;
	tap_init(&tap, &list);
	tap_text(&tap, "1..3\n"
		       "not ok 1 one in 12ms\n"
		       "# (from function `lab_fail' in file common/test/lab.bash, line 9,\n"
		       "#  from function `lab_equal' in file common/test/lab.bash, line 3,\n"
		       "#  in test file lab/test.bats, line 4)\n"
		       "#   `lab_equal 1 2' failed\n"
		       "# sent:     a packet\n"
		       "#\n"
		       "#   indented\n"
		       "ok 2 two in 5ms in 7ms\n"
		       "ok 3 three # skip no BTF; see testenv doctor\n");
	tap_end(&tap);
	assert_null(tap.error);
	assert_int_equal(tap.tests[0].status, TAP_NOT_OK);
	assert_int_equal(tap.tests[0].ms, 12);
	assert_int_equal(tap.tests[0].message.n, 3);
	assert_string_equal(tap.tests[0].message.v[0], "sent:     a packet");
	assert_string_equal(tap.tests[0].message.v[1], "");
	assert_string_equal(tap.tests[0].message.v[2], "  indented");
	assert_int_equal(tap.tests[0].bats_says.n, 4);
	assert_int_equal(tap.tests[1].status, TAP_OK);
	assert_int_equal(tap.tests[1].ms, 7);
	assert_int_equal(tap.tests[2].status, TAP_SKIP);
	assert_string_equal(tap.tests[2].reason, "no BTF; see testenv doctor");
	tap_free(&tap);
}

/* What the seam marks is known by its mark, and by nothing that a program could bring about. */
static void test_internal(void **state)
{
	static const char *const texts[] = {
		"1..3\nnot ok 1 one\n# steps:\n#   1. loaded it\n# internal: no memory\nok 2 two in 5ms\nok 3 three\n",
		"1..3\nnot ok 1 one\n# seen:     internal: no\nok 2 two in 5ms\nok 3 three\n",
		"1..3\nnot ok 1 one\n# seen:     x\n# internal: no\nok 2 two in 5ms\nok 3 three\n",
		"1..3\nnot ok 1 one\n# internal: no\n# refused: x\nok 2 two in 5ms\nok 3 three\n",
		"1..3\nnot ok 1 one\n#   internal: no\nok 2 two in 5ms\nok 3 three\n",
		"1..3\nok 1 one\n# internal: no\nok 2 two in 5ms\nok 3 three\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct tap tap;

		tap_init(&tap, &list);
		tap_text(&tap, texts[i]);
		tap_end(&tap);
		assert_null(tap.error);
		if (i)
			assert_null(tap_internal(&tap.tests[0]));
		else
			assert_string_equal(tap_internal(&tap.tests[0]), "internal: no memory");
		tap_free(&tap);
	}
}

static void test_forged(void **state)
{
	(void)state;
	/* an "ok" before the real result */
	expect_error("1..3\nok 1 one\nnot ok 1 one\nok 2 two in 5ms\nok 3 three\n",
		     "line 3 of the results is \"not ok 1 one\", expected the result of check 2, "
		     "\"two in 5ms\"");
	/* results for checks to come */
	expect_error("1..3\nok 1 one\nok 2 two in 5ms\nok 3 three\nok 2 two in 5ms\n",
		     "line 5 of the results is \"ok 2 two in 5ms\", expected the end");
	/* another name, another number, no number */
	expect_error(
		"1..3\nok 1 ones\n",
		"line 2 of the results is \"ok 1 ones\", expected the result of check 1, \"one\"");
	expect_error(
		"1..3\nok 2 one\n",
		"line 2 of the results is \"ok 2 one\", expected the result of check 1, \"one\"");
	expect_error(
		"1..3\nok one\n",
		"line 2 of the results is \"ok one\", expected the result of check 1, \"one\"");
	/* a smaller plan, a second plan, a plan at the end */
	expect_error("1..1\nok 1 one\n",
		     "line 1 of the results is \"1..1\", expected the plan \"1..3\"");
	expect_error("1..3\n1..3\n",
		     "line 2 of the results is \"1..3\", expected the plan \"1..3\"");
	expect_error("ok 1 one\n", "line 1 of the results is \"ok 1 one\", expected the plan");
	/* not TAP at all */
	expect_error("1..3\nBail out!\n", "line 2 of the results is \"Bail out!\", expected TAP");
	expect_error(
		"1..3\nnot ok 1 one # skip\n",
		"line 2 of the results is \"not ok 1 one # skip\", expected the result of check 1, "
		"\"one\"");
	expect_error(
		"1..3\nok 1 one # TODO\n",
		"line 2 of the results is \"ok 1 one # TODO\", expected the result of check 1, "
		"\"one\"");
}

static void test_cut_short(void **state)
{
	(void)state;
	expect_error("", "the results are empty");
	expect_error("1..3\nok 1 one\n", "the results end before check 2, \"two in 5ms\"");
}

static void test_setup_file(void **state)
{
	struct tap tap;

	(void)state;
	tap_init(&tap, &list);
	tap_text(&tap, "1..3\nnot ok 1 setup_file failed\n# why\n");
	tap_end(&tap);
	assert_non_null(tap.error);
	assert_int_equal(tap.stray.n, 1);
	assert_string_equal(tap.stray.v[0], "why");
	tap_free(&tap);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_reads),	   cmocka_unit_test(test_internal),
		cmocka_unit_test(test_forged),	   cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_setup_file),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
