// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a lesson's record says of one run and of two, also when the machine was too busy. */
#include "course/grade/record.h"
#include "course/tests/scratch.h"

static struct bats_test checks[] = {
	{ .name = "one", .visibility = "visible", .points = 2 },
	{ .name = "two", .visibility = "visible", .points = 3 },
};
static struct lesson lesson = { .name = "lab01-a/01-b" };

/* A run in which the checks ended so; it is not freed, it owns nothing. */
static struct run run_of(struct tap_test results[2], enum course_exit code, bool late)
{
	return (struct run){ .lesson = &lesson,
			     .list = { .tests = checks, .n = 2 },
			     .tap = { .tests = results, .list = NULL },
			     .code = code,
			     .late = late };
}

/* "LESSON'S STATUS POINTS CHECK'S STATUS...", and "busy" */
static void expect(const char *wanted, const struct run *first, const struct run *again)
{
	json_t *record = json_pack("{s:[]}", "lessons"), *l, *check;
	AUTO_SB seen = { 0 };
	size_t i;

	record_add(record, first, again, 1000, "sandbox");
	l = json_array_get(json_object_get(record, "lessons"), 0);
	sb_addf(&seen, "%s %d", json_string_value(json_object_get(l, "status")),
		(int)json_integer_value(json_object_get(l, "points")));
	json_array_foreach (json_object_get(l, "checks"), i, check)
		sb_addf(&seen, " %s", json_string_value(json_object_get(check, "status")));
	if (json_is_true(json_object_get(l, "busy")))
		sb_add(&seen, " busy");
	assert_string_equal(sb_str(&seen), wanted);
	json_decref(record);
}

static void test_two_runs(void **state)
{
	struct tap_test good[] = { { .status = TAP_OK }, { .status = TAP_OK } };
	struct tap_test half[] = { { .status = TAP_OK }, { .status = TAP_NOT_OK } };
	struct tap_test stopped[] = { { .status = TAP_OK }, { .status = TAP_MISSING } };
	struct run passed = run_of(good, COURSE_OK, false);
	struct run failed = run_of(half, COURSE_FAILED, false);
	struct run over = run_of(stopped, COURSE_TIME, false);

	(void)state;
	expect("passed 5 passed passed", &passed, NULL);
	expect("failed 2 passed failed", &failed, &failed);
	expect("unstable 2 passed unstable", &failed, &passed);
	expect("timeout 2 passed timeout", &over, &over);
	expect("unstable 2 passed unstable", &over, &passed);
}

static void test_too_busy(void **state)
{
	struct tap_test good[] = { { .status = TAP_OK }, { .status = TAP_OK } };
	struct tap_test half[] = { { .status = TAP_OK }, { .status = TAP_NOT_OK } };
	struct run passed = run_of(good, COURSE_OK, true);
	struct run failed = run_of(half, COURSE_FAILED, true);
	struct run sure = run_of(half, COURSE_FAILED, false);

	(void)state;
	expect("passed 5 passed passed", &passed, NULL);
	expect("timeout 2 passed timeout busy", &failed, NULL);
	expect("timeout 2 passed timeout busy", &sure, &failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_runs),
		cmocka_unit_test(test_too_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
