// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The progress of a batch, in words. */
#include "course/grade/show.h"
#include "course/str.h"
#include "course/tests/scratch.h"

static void says(size_t total, size_t done, size_t reused, long ms, const char *expected)
{
	struct show show = { .total = total, .done = done, .reused = reused, .began = 1000 };
	AUTO_STR text = show_progress(&show, 1000 + ms);

	assert_string_equal(text, expected);
}

static void test_progress(void **state)
{
	(void)state;
	says(40, 0, 0, 0, "0 of 40");
	says(40, 12, 12, 500, "12 of 40");
	says(40, 10, 0, 20000, "10 of 40, 30 a minute, about 60 s left");
	/* What was there before says nothing about the speed. */
	says(40, 30, 20, 20000, "30 of 40, 30 a minute, about 20 s left");
	says(300, 10, 0, 120000, "10 of 300, 5.0 a minute, about 58 min left");
	says(3000, 10, 0, 120000, "10 of 3000, 5.0 a minute, about 9 h 58 min left");
}

/* Of records with these lessons and these other members. */
static void why(const char *lessons, const char *others, const char *expected)
{
	AUTO_STR text = xasprintf("{\"lessons\": [%s], %s}", lessons, others);
	json_t *o = json_loads(text, 0, NULL);
	AUTO_STR says = NULL;

	assert_non_null(o);
	says = show_why(o);
	assert_string_equal(says, expected);
	json_decref(o);
}

#define LESSON(name, is) "{\"lesson\": \"" name "\", \"status\": \"" is "\"}"
#define GRADED		 "\"status\": \"graded\""

static void test_why(void **state)
{
	(void)state;
	why(LESSON("a/b", "failed") "," LESSON("a/c", "missing"), GRADED, "");
	why(LESSON("a/b", "invalid") "," LESSON("a/c", "passed") "," LESSON("a/d", "invalid"),
	    GRADED, "  does not compile: a/b, a/d");
	why(LESSON("a/b", "unstable") "," LESSON("a/c", "timeout"), GRADED,
	    "  time limit: a/c  unstable: a/b");
	why(LESSON("a/b", "missing"), GRADED, "  nothing was handed in");
	why(LESSON("a/b", "missing"),
	    GRADED ", \"ignored_files\": 2, \"ignored\": [\"x\\ny.zip: no\", \"z: no\"]",
	    "  none of its files counts (2): x y.zip: no");
	why(LESSON("a/b", "missing"), "\"status\": \"invalid\", \"message\": \"cut\\noff\\n\"",
	    "  invalid: cut off");
	why(LESSON("a/b", "passed") ",{\"lesson\": \"a/c\", \"status\": \"error\", \"message\": "
				    "\"no \\u001b room\\n\"}",
	    GRADED, "  ERROR: no verdict, grade it again; a/c: no ? room");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_progress),
					    cmocka_unit_test(test_why) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
