// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Whether a run failed as wrong/CASE/expect describes. */
#include "course/pattern.h"
#include "course/tests/scratch.h"

static struct bats_test tests[] = { { .name = "one" }, { .name = "two" }, { .name = "three" } };
static const struct bats_list list = { .tests = tests, .n = 3 };

static void fits_run(const struct run *run, const char *expected, const char *difference)
{
	const char *path = scratch(expected);
	AUTO_SB why = { 0 };
	struct expect e;
	char *said;

	assert_int_equal(expect_read(path, "expect", &list, &e, &said), 0);
	unlink(path);
	assert_int_equal(pattern_fits(run, &e, &why), !difference);
	if (difference)
		assert_string_equal(sb_str(&why), difference);
	expect_free(&e);
}

static void fits(const char *tap, const char *expected, const char *difference)
{
	struct run run = { .list = list, .code = COURSE_FAILED };

	tap_init(&run.tap, &run.list);
	tap_text(&run.tap, tap);
	fits_run(&run, expected, difference);
	tap_free(&run.tap);
}

static void test_checks(void **state)
{
	(void)state;
	fits("1..3\nnot ok 1 one\nok 2 two\nok 3 three\n", "must one\nmay two\nsays = x\n", NULL);
	fits("1..3\nnot ok 1 one\nnot ok 2 two\nok 3 three\n", "must one\nmay two\nsays = x\n",
	     NULL);
	fits("1..3\nok 1 one\nok 2 two\nok 3 three\n", "must one\nsays = x\n",
	     "check \"one\" was expected to fail and passed");
	fits("1..3\nnot ok 1 one\nok 2 two\nnot ok 3 three\n# (in test file x, line 7)\n# seen: 3\n",
	     "must one\nsays = x\n",
	     "check \"three\" failed, which expect does not list: seen: 3 | (in test file x, line 7)");
}

#define REFUSAL                                               \
	"# refused: prog: it reads behind the end\n"          \
	"#   at /tmp/a.bpf.c:12: return hdr->dest ? 1 : 2;\n" \
	"#   fix: compare first\n"

static void test_refused(void **state)
{
	static const char tap[] = "1..3\nnot ok 1 one\n" REFUSAL "ok 2 two\nok 3 three\n";

	(void)state;
	fits(tap, "must one\nsays = x\n", "the verifier refused the program");
	fits(tap, "refused\nsays = x\n", NULL);
	fits(tap, "refused behind the end\nsays = x\n", NULL);
	fits(tap, "refused behind the end\nrefused return hdr->dest\nsays = x\n", NULL);
	fits(tap, "refused behind the end\nrefused ->source\nsays = x\n",
	     "\"->source\" is not in what the verifier says");
	fits(tap, "refused a.bpf.c\nsays = x\n", "\"a.bpf.c\" is not in what the verifier says");
	fits(tap, "refused compare first\nsays = x\n",
	     "\"compare first\" is not in what the verifier says");
	fits("1..3\nnot ok 1 one\n" REFUSAL "ok 2 two\nnot ok 3 three\n", "refused\nsays = x\n",
	     "a check failed for another reason than the refused program");
	fits("1..3\nok 1 one\nok 2 two\nok 3 three\n", "refused\nsays = x\n",
	     "the verifier was expected to refuse it and did not");
}

static void test_build(void **state)
{
	struct run run = { .list = list, .code = COURSE_INVALID, .compiler_says_no = true };

	(void)state;
	fits("1..3\nok 1 one\nok 2 two\nok 3 three\n", "build\nsays = x\n", "it compiled");
	tap_init(&run.tap, &run.list);
	sb_add(&run.why, "a/hello.bpf.c:4:6: error: cannot assign to variable 'n'\n"
			 "        if (n = 1)\n"
			 "            ~ ^\n"
			 "a/hello.bpf.c:2:6: note: variable 'n' declared here\n"
			 "const int n;\n");
	fits_run(&run, "build\nsays = x\n", NULL);
	fits_run(&run, "build error: cannot assign\nbuild if (n = 1)\nsays = x\n", NULL);
	fits_run(&run, "build hello.bpf.c\nsays = x\n",
		 "\"hello.bpf.c\" is not in what the compiler says");
	fits_run(&run, "build declared here\nsays = x\n",
		 "\"declared here\" is not in what the compiler says");
	fits_run(&run, "refused\nsays = x\n",
		 "it does not build: a/hello.bpf.c:4:6: error: cannot assign to variable 'n'");
	fits_run(&run, "must one\nsays = x\n",
		 "it does not build: a/hello.bpf.c:4:6: error: cannot assign to variable 'n'");
	sb_free(&run.why);
	tap_free(&run.tap);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_build),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
