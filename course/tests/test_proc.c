// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Running programs: what they print, how they end, and that none outstays its limit. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "course/clock.h"
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

/* In a process of its own: the program that it runs stops it, and ends. 0: not timed out. */
static void run_and_be_stopped(int told)
{
	AUTO_STR script = xasprintf("echo $$ >&%d; kill -STOP $PPID; exit 3", told);
	int status = shell((struct proc){ .timeout_ms = 3000 }, script);

	_exit(status == 3 && !result.timed_out ? 0 : 1);
}

/* Stopped beyond the deadline, it does not call late what was in time. */
static void test_stopped(void **state)
{
	struct pollfd program = { .events = POLLIN };
	long end = clock_ms() + 3100;
	char text[16] = "";
	int told[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (!pid)
		run_and_be_stopped(told[1]);
	assert_true(read(told[0], text, sizeof(text) - 1) > 0);
	program.fd = syscall(SYS_pidfd_open, atoi(text), 0);
	assert_true(program.fd >= 0);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(poll(&program, 1, 10000), 1);
	while (clock_ms() < end)
		poll(NULL, 0, end - clock_ms());
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(program.fd);
	close(told[0]);
	close(told[1]);
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
		cmocka_unit_test(test_no_program), cmocka_unit_test(test_stopped),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	proc_result_free(&result);
	return failed;
}
