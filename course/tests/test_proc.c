// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Running programs: what they print, how they end, and that none outstays its limit. */
#include <errno.h>
#include <signal.h>

#include "course/proc.h"
#include "course/tests/scratch.h"

static struct proc_result result;

static int shell(struct proc proc, const char *script)
{
	AUTO_STRV argv = { 0 };
	int err;

	strv_add(&argv, "sh");
	strv_add(&argv, "-c");
	strv_add(&argv, script);
	proc.argv = &argv;
	proc_result_free(&result);
	err = proc_run(&proc, &result);
	return err ? err : result.status;
}

static void test_output(void **state)
{
	(void)state;
	assert_int_equal(shell((struct proc){ 0 }, "echo out; echo err >&2; read x || exit 3"), 3);
	assert_string_equal(sb_str(&result.out), "out\n");
	assert_string_equal(sb_str(&result.err), "err\n");
	assert_int_equal(shell((struct proc){ .cwd = "/usr" }, "pwd; kill -TERM $$"),
			 128 + SIGTERM);
	assert_string_equal(sb_str(&result.out), "/usr\n");
}

static void test_environment(void **state)
{
	AUTO_STRV env = { 0 };

	(void)state;
	setenv("MAKEFLAGS", "-j", 1);
	setenv("BATS_TEST_FILTER", "x", 1);
	setenv("SEED", "1", 1);
	strv_add(&env, "SEED=2");
	shell((struct proc){ .env = &env }, "echo \"$MAKEFLAGS$BATS_TEST_FILTER$SEED\"");
	assert_string_equal(sb_str(&result.out), "2\n");
}

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(
		shell((struct proc){ .timeout_ms = 50 }, "echo begun; while :; do :; done"),
		128 + SIGTERM);
	assert_true(result.timed_out);
	assert_string_equal(sb_str(&result.out), "begun\n");
	shell((struct proc){ .cap = 1000 }, "while echo more; do :; done");
	assert_true(result.capped);
	assert_false(result.timed_out);
}

/* Who left the group and holds our pipe must neither hang us nor be waited for. */
static void test_escaped(void **state)
{
	pid_t escaped;

	(void)state;
	assert_int_equal(shell((struct proc){ 0 },
			       "f=$(mktemp); export f\n"
			       "setsid sh -c 'echo $$; echo up >$f; while :; do :; done' &\n"
			       "until [ -s $f ]; do :; done; rm $f"),
			 0);
	escaped = atoi(sb_str(&result.out));
	assert_true(escaped > 1);
	assert_int_equal(kill(escaped, SIGKILL), 0);
}

static void test_no_program(void **state)
{
	struct proc proc = { 0 };
	AUTO_STRV argv = { 0 };

	(void)state;
	strv_add(&argv, "/nonexistent");
	proc.argv = &argv;
	proc_result_free(&result);
	assert_int_equal(proc_run(&proc, &result), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),	   cmocka_unit_test(test_environment),
		cmocka_unit_test(test_limits),	   cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_no_program),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	proc_result_free(&result);
	return failed;
}
