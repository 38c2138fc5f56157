// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Running a command under observation: it is started, waits until the programs
 * are attached, and only then becomes the command. Not for running anything else.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/lab/internal.h"

enum {
	EXIT_NOT_RUN = 127,
	TERM_WAIT_MS = 1000
};

/* The child: waits at the gate, then becomes the command. */
static void __attribute__((noreturn)) run(int gate, char *const argv[], const sigset_t *mask)
{
	int err;
	char go;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	/* The end of the stream: the loader is gone or gave up. */
	if (read(gate, &go, 1) != 1)
		_exit(EXIT_NOT_RUN);
	execvp(argv[0], argv);
	err = errno;
	send(gate, &err, sizeof(err), MSG_NOSIGNAL);
	_exit(EXIT_NOT_RUN);
}

/* A signal that comes between must not run the loader's handler in the child. */
static pid_t fork_paused(int gate[2], char *const argv[])
{
	sigset_t ending, mask;
	pid_t pid;

	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, &mask);
	pid = fork();
	if (pid == 0) {
		close(gate[0]);
		run(gate[1], argv, &mask);
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return pid;
}

int lab_spawn_paused(struct lab_child *child, char *const argv[])
{
	int gate[2];
	int err;

	if (!argv)
		return 0;
	/* A socket and not a pipe: writing to a child that is gone must not kill us. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) < 0)
		return lab_fail(-errno, "%s: cannot start it: %s", argv[0], strerror(errno));
	child->pid = fork_paused(gate, argv);
	if (child->pid < 0) {
		err = lab_fail(-errno, "%s: cannot start it: %s", argv[0], strerror(errno));
		close(gate[0]);
		close(gate[1]);
		return err;
	}
	close(gate[1]);
	child->gate = gate[0];
	child->command = argv[0];
	child->pidfd = syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pidfd < 0) {
		err = lab_fail(-errno, "%s: cannot watch it: %s", argv[0], strerror(errno));
		lab_reap(child);
		return err;
	}
	return 0;
}

static void close_gate(struct lab_child *child)
{
	if (child->gate >= 0)
		close(child->gate);
	child->gate = -1;
}

/* Waits for the end of the child, at most timeout_ms. */
static bool has_ended(const struct lab_child *child, int timeout_ms)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };

	return poll(&fd, 1, timeout_ms) > 0;
}

int lab_resume(struct lab_child *child)
{
	ssize_t n;
	int err = 0;

	if (!child->command)
		return 0;
	if (child->gate < 0)
		return lab_fail(-EINVAL, "no command waits to be resumed");
	if (send(child->gate, "", 1, MSG_NOSIGNAL) != 1) {
		close_gate(child);
		return lab_fail(-ESRCH, "%s: it ended before it could run", child->command);
	}
	/* exec closes the child's end; an errno comes only from one that failed. */
	do {
		n = recv(child->gate, &err, sizeof(err), MSG_WAITALL);
	} while (n < 0 && errno == EINTR);
	close_gate(child);
	if (n == sizeof(err)) {
		has_ended(child, TERM_WAIT_MS);
		return lab_fail(-err, "%s: %s", child->command, strerror(err));
	}
	return 0;
}

void lab_reap(struct lab_child *child)
{
	bool resumed = child->gate < 0;

	if (child->pid <= 0)
		return;
	close_gate(child);
	if (resumed && !has_ended(child, 0)) {
		kill(child->pid, SIGTERM);
		if (!has_ended(child, TERM_WAIT_MS))
			kill(child->pid, SIGKILL);
	}
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
	if (child->pidfd >= 0)
		close(child->pidfd);
	child->pidfd = -1;
	child->pid = -1;
}

int lab_exit_status(int err, const struct lab_child *child)
{
	if (err)
		return 1;
	if (!child->command)
		return 0;
	return WIFSIGNALED(child->status) ? 128 + WTERMSIG(child->status)
					  : WEXITSTATUS(child->status);
}
