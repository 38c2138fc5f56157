// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Commands under observation: they wait, run, fail to run, and end with the loader. */
#include <errno.h>
#include <poll.h>
#include <sys/wait.h>

#include "common/lab/internal.h"
#include "common/lab/tests/support.h"

static int set_up(void **state)
{
	(void)state;
	lab_log_clear();
	return 0;
}

static char *const *command(const char *script)
{
	static char *argv[] = { "sh", "-c", NULL, NULL };

	argv[2] = (char *)script;
	return argv;
}

static void wait_for_end(const struct lab_child *child)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };

	assert_int_equal(poll(&fd, 1, 10000), 1);
}

static void test_status(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;

	(void)state;
	assert_int_equal(lab_spawn_paused(&child, command("exit 7")), 0);
	assert_true(child.pid > 0);
	assert_int_equal(lab_resume(&child), 0);
	wait_for_end(&child);
	lab_reap(&child);
	assert_true(WIFEXITED(child.status));
	assert_int_equal(WEXITSTATUS(child.status), 7);
	/* once more: harmless */
	lab_reap(&child);
	assert_int_equal(WEXITSTATUS(child.status), 7);
	assert_int_equal(lab_exit_status(0, &child), 7);
	assert_int_equal(lab_exit_status(-EIO, &child), 1);
}

/* The process is there with its number, and is not the command yet. */
static void test_waits(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	struct pollfd fd = { .events = POLLIN };
	char script[64];
	int out[2];
	pid_t seen;
	FILE *f;

	(void)state;
	assert_int_equal(pipe(out), 0);
	snprintf(script, sizeof(script), "echo $$ >&%d", out[1]);
	assert_int_equal(lab_spawn_paused(&child, command(script)), 0);
	close(out[1]);
	fd.fd = out[0];
	assert_int_equal(poll(&fd, 1, 50), 0);
	assert_int_equal(lab_resume(&child), 0);
	f = fdopen(out[0], "r");
	assert_int_equal(fscanf(f, "%d", &seen), 1);
	assert_int_equal(seen, child.pid);
	fclose(f);
	lab_reap(&child);
}

static void test_never_resumed(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	char path[] = "/tmp/test_spawn.XXXXXX", script[64];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(script, sizeof(script), "rm %s", path);
	assert_int_equal(lab_spawn_paused(&child, command(script)), 0);
	lab_reap(&child);
	assert_int_equal(WEXITSTATUS(child.status), 127);
	assert_int_equal(unlink(path), 0);
}

static void test_cannot_run(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	char *argv[] = { "/no/such/command", NULL };

	(void)state;
	assert_int_equal(lab_spawn_paused(&child, argv), 0);
	assert_int_equal(lab_resume(&child), -ENOENT);
	assert_string_equal(lab_fail_line(), "/no/such/command: No such file or directory");
	lab_reap(&child);
	assert_int_equal(WEXITSTATUS(child.status), 127);

	argv[0] = "/etc/passwd";
	child = (struct lab_child)LAB_CHILD_INIT;
	assert_int_equal(lab_spawn_paused(&child, argv), 0);
	assert_int_equal(lab_resume(&child), -EACCES);
	lab_reap(&child);
}

static void test_gone_before_resume(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;

	(void)state;
	assert_int_equal(lab_spawn_paused(&child, command("exit 0")), 0);
	kill(child.pid, SIGKILL);
	wait_for_end(&child);
	/* and we are not killed by SIGPIPE */
	assert_int_equal(lab_resume(&child), -ESRCH);
	lab_reap(&child);
	assert_int_equal(WTERMSIG(child.status), SIGKILL);
	assert_int_equal(lab_resume(&child), -EINVAL);
}

static void test_no_command(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;

	(void)state;
	assert_int_equal(lab_spawn_paused(&child, NULL), 0);
	assert_int_equal(lab_resume(&child), 0);
	lab_reap(&child);
	assert_int_equal(child.pid, -1);
	assert_int_equal(lab_exit_status(0, &child), 0);
	assert_int_equal(lab_exit_status(-EIO, &child), 1);
}

static void test_ends_with_loader(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;

	(void)state;
	assert_int_equal(lab_spawn_paused(&child, command("exec tail -f /dev/null")), 0);
	assert_int_equal(lab_resume(&child), 0);
	lab_reap(&child);
	assert_int_equal(WTERMSIG(child.status), SIGTERM);
	assert_int_equal(lab_exit_status(0, &child), 128 + SIGTERM);
}

static void test_ends_stubborn(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;
	char script[64], go;
	int out[2];

	(void)state;
	assert_int_equal(pipe(out), 0);
	snprintf(script, sizeof(script), "trap '' TERM; echo >&%d; exec tail -f /dev/null", out[1]);
	assert_int_equal(lab_spawn_paused(&child, command(script)), 0);
	assert_int_equal(lab_resume(&child), 0);
	assert_int_equal(read(out[0], &go, 1), 1);
	lab_reap(&child);
	assert_int_equal(WTERMSIG(child.status), SIGKILL);
	close(out[0]);
	close(out[1]);
}

static void test_nothing_to_reap(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;

	(void)state;
	lab_reap(&child);
	assert_int_equal(child.status, -1);
}

/* The loader's handlers and its waiting are not inherited. */
static void test_default_signals(void **state)
{
	struct lab_child child = LAB_CHILD_INIT;

	(void)state;
	lab_signals_init();
	assert_int_equal(lab_spawn_paused(&child, command("exit 0")), 0);
	kill(child.pid, SIGTERM);
	wait_for_end(&child);
	lab_reap(&child);
	assert_int_equal(lab_exiting, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_status, set_up),
		cmocka_unit_test_setup(test_waits, set_up),
		cmocka_unit_test_setup(test_never_resumed, set_up),
		cmocka_unit_test_setup(test_cannot_run, set_up),
		cmocka_unit_test_setup(test_gone_before_resume, set_up),
		cmocka_unit_test_setup(test_no_command, set_up),
		cmocka_unit_test_setup(test_ends_with_loader, set_up),
		cmocka_unit_test_setup(test_ends_stubborn, set_up),
		cmocka_unit_test_setup(test_nothing_to_reap, set_up),
		cmocka_unit_test_setup(test_default_signals, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
