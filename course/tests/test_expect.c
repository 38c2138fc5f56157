// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* wrong/CASE/expect, and whether a run's failures are the ones it describes. */
#include "course/expect.h"
#include "course/judge.h"
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

static void test_wrong(void **state)
{
	(void)state;
	expect_error("must four\nsays = x\n", "expect:1: test.bats has no check named: four");
	expect_error("must one\nmay one\nsays = x\n", "expect:2: named twice: one");
	expect_error("must one\n", "expect:1: no says = SENTENCE");
	expect_error("may one\nsays = x\n", "expect:2: no must NAME, refused or build");
	expect_error("refused\nmust one\nsays = x\n",
		     "expect:3: refused and build leave no check to name");
	expect_error("fails one\n", "expect:1: must NAME, may NAME, refused, build or one says = "
				    "SENTENCE, not: fails one");
}

static void meets(const char *tap, const char *expected, const char *difference)
{
	struct run run = { .list = list, .code = COURSE_FAILED };
	const char *path = scratch(expected);
	AUTO_SB why = { 0 };
	struct expect e;
	char *said;

	assert_int_equal(expect_read(path, "expect", &list, &e, &said), 0);
	unlink(path);
	tap_init(&run.tap, &run.list);
	tap_text(&run.tap, tap);
	assert_int_equal(judge_meets(&run, &e, &why), !difference);
	if (difference)
		assert_string_equal(sb_str(&why), difference);
	tap_free(&run.tap);
	expect_free(&e);
}

#define REFUSAL "# refused: prog: it reads behind the end\n"

static void test_meets(void **state)
{
	(void)state;
	meets("1..3\nnot ok 1 one\nok 2 two\nok 3 three\n", "must one\nmay two\nsays = x\n", NULL);
	meets("1..3\nnot ok 1 one\nnot ok 2 two\nok 3 three\n", "must one\nmay two\nsays = x\n",
	      NULL);
	meets("1..3\nok 1 one\nok 2 two\nok 3 three\n", "must one\nsays = x\n",
	      "check \"one\" was expected to fail and passed");
	meets("1..3\nnot ok 1 one\nok 2 two\nnot ok 3 three\n", "must one\nsays = x\n",
	      "check \"three\" failed, which expect does not list");
	meets("1..3\nnot ok 1 one\n" REFUSAL "ok 2 two\nok 3 three\n", "must one\nsays = x\n",
	      "the verifier refused the program");
	meets("1..3\nnot ok 1 one\n" REFUSAL "ok 2 two\nok 3 three\n", "refused\nsays = x\n", NULL);
	meets("1..3\nnot ok 1 one\n" REFUSAL "ok 2 two\nnot ok 3 three\n", "refused\nsays = x\n",
	      "a check failed for another reason than the refused program");
	meets("1..3\nok 1 one\nok 2 two\nok 3 three\n", "refused\nsays = x\n",
	      "the verifier was expected to refuse it and did not");
	meets("1..3\nok 1 one\nok 2 two\nok 3 three\n", "build\nsays = x\n", "it compiled");
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_meets),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
