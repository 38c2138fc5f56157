// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Single keys, and that the terminal is put back however the program ends or stops. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>

#include "course/keys.h"
#include "course/tests/scratch.h"

static int master;

/* Starts fn on a terminal of its own, and waits until it says that it is ready. */
static pid_t on_terminal(void (*fn)(void))
{
	pid_t pid = forkpty(&master, NULL, NULL, NULL);
	char c;

	assert_true(pid >= 0);
	if (!pid) {
		const struct rlimit no_core = { 0, 0 };

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setrlimit(RLIMIT_CORE, &no_core);
		fn();
		_exit(0);
	}
	assert_int_equal(read(master, &c, 1), 1);
	return pid;
}

static void say(char c)
{
	if (write(STDOUT_FILENO, &c, 1) != 1)
		_exit(99);
}

static bool is_single(void)
{
	struct termios t;

	assert_int_equal(tcgetattr(master, &t), 0);
	return !(t.c_lflag & ICANON) && !(t.c_lflag & ECHO);
}

static int wait_status(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int next_key(void)
{
	struct pollfd fd = { .fd = keys_fd(), .events = POLLIN };
	int key;

	while ((key = keys_next()) == KEY_NONE) {
		if (poll(&fd, 1, 5000) <= 0)
			_exit(98);
		keys_read();
	}
	return key;
}

static void wait_here(void)
{
	keys_open();
	say('r');
	for (;;)
		pause();
}

static void leave_without_closing(void)
{
	keys_open();
	say('r');
	next_key();
	exit(0);
}

static void echo_keys(void)
{
	keys_open();
	say('r');
	for (int key; (key = next_key()) != KEY_END;)
		say(key);
	say('.');
}

static void test_keys(void **state)
{
	pid_t pid = on_terminal(echo_keys);
	char seen[4];

	(void)state;
	assert_true(is_single());
	/* an arrow is no key of ours */
	assert_int_equal(write(master, "h", 1), 1);
	assert_int_equal(read(master, seen, 1), 1);
	assert_int_equal(write(master, "\033[A", 3), 3);
	assert_int_equal(write(master, "q", 1), 1);
	assert_int_equal(read(master, seen + 1, 1), 1);
	/* end of input, as typed: Ctrl-D */
	assert_int_equal(write(master, "\004", 1), 1);
	assert_int_equal(read(master, seen + 2, 1), 1);
	assert_memory_equal(seen, "hq.", 3);
	assert_int_equal(wait_status(pid), 0);
	close(master);
}

static void test_exit(void **state)
{
	pid_t pid = on_terminal(leave_without_closing);

	(void)state;
	assert_true(is_single());
	assert_int_equal(write(master, "q", 1), 1);
	assert_int_equal(wait_status(pid), 0);
	assert_false(is_single());
	close(master);
}

static void test_fatal(void **state)
{
	static const int signals[] = { SIGQUIT, SIGABRT, SIGSEGV, SIGPIPE };

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid_t pid = on_terminal(wait_here);
		int status;

		assert_true(is_single());
		kill(pid, signals[i]);
		status = wait_status(pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_false(is_single());
		close(master);
	}
}

static bool own_terminal_is_single(void)
{
	struct termios t;

	return !tcgetattr(STDIN_FILENO, &t) && !(t.c_lflag & ICANON);
}

/*
 * A shell with one job: it is stopped by Ctrl-Z, the shell's terminal is as it
 * was, it is continued in the foreground, and has its keys again.
 */
static void shell(void)
{
	pid_t pid = fork();
	int status;

	signal(SIGTTOU, SIG_IGN);
	setpgid(pid, pid);
	tcsetpgrp(STDIN_FILENO, pid ? pid : getpid());
	if (!pid) {
		signal(SIGTTOU, SIG_DFL);
		wait_here();
	}
	for (int i = 0; i < 2; i++) {
		if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
			_exit(10);
		if (own_terminal_is_single())
			_exit(11);
		tcsetpgrp(STDIN_FILENO, pid);
		kill(pid, SIGCONT);
		for (int n = 0; n < 500 && !own_terminal_is_single(); n++)
			poll(NULL, 0, 10);
		if (!own_terminal_is_single())
			_exit(12);
		say('c');
	}
	kill(pid, SIGKILL);
}

static void test_stop(void **state)
{
	pid_t pid = on_terminal(shell);
	char c;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(is_single());
		assert_int_equal(write(master, "\032", 1), 1);
		do
			assert_int_equal(read(master, &c, 1), 1);
		while (c != 'c'); /* "^Z" is shown */
	}
	assert_int_equal(wait_status(pid), 0);
	close(master);
}

/* Not a terminal: the first letter of each line, and the end once. */
static void test_lines(void **state)
{
	static const char lines[] = "hint\n  list\n\nq";
	int fds[2], kept = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], lines, strlen(lines)), strlen(lines));
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	keys_open();
	assert_false(keys_are_single());
	assert_int_equal(next_key(), 'h');
	assert_int_equal(next_key(), 'l');
	assert_int_equal(next_key(), 'q');
	assert_int_equal(next_key(), KEY_END);
	assert_int_equal(keys_next(), KEY_NONE);
	assert_int_equal(keys_fd(), -1);
	keys_close();
	dup2(kept, STDIN_FILENO);
	close(kept);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),  cmocka_unit_test(test_exit),
		cmocka_unit_test(test_fatal), cmocka_unit_test(test_stop),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
