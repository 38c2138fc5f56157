// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The process that was started: starts the supervisor, passes signals on, returns
 * the exit status. If the supervisor is killed, cleans up in its place. See box.h.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/procs.h"
#include "testenv/sandbox/box.h"
#include "testenv/sandbox/limits.h"
#include "testenv/testenv.h"

static void passed_on(sigset_t *set)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaddset(set, sigs[i]);
}

/* The supervisor is in another session: keys do not reach it. */
static void pass_on(int sigfd, int super)
{
	struct signalfd_siginfo info;
	int sig;

	if (read(sigfd, &info, sizeof(info)) != sizeof(info))
		return;
	sig = info.ssi_signo;
	send(super, &sig, sizeof(sig), MSG_NOSIGNAL);
}

/* Returns the exit status that the supervisor sends, or -1 when it died. */
static int wait_status(int super, int sigfd)
{
	struct pollfd fds[] = { { .fd = super, .events = POLLIN },
				{ .fd = sigfd, .events = POLLIN } };
	int status;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -1;
		if (fds[1].revents)
			pass_on(sigfd, super);
		if (fds[0].revents)
			return procs_read_status(super, &status) ? -1 : status;
	}
}

int box_run(const struct box_options *options)
{
	int pair[2], sigfd, status;
	sigset_t set;
	pid_t pid;

	passed_on(&set);
	sigfd = signalfd(-1, &set, SFD_CLOEXEC);
	if (sigfd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return report(EXIT_INTERNAL, "cannot start: %s", strerror(errno));
	/* Were the supervisor killed, its children would come to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		close(sigfd);
		box_supervise(options, pair[1]);
	}
	close(pair[1]);
	if (pid < 0)
		return report(EXIT_INTERNAL, "cannot start a process: %s", strerror(errno));
	/* With the other end here, CMD's death would not be seen by whom it talks to. */
	if (options->socket >= 0)
		close(options->socket);
	passed_on(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	status = wait_status(pair[0], sigfd);
	waitpid(pid, NULL, 0);
	if (status >= 0)
		return status;
	procs_kill_children();
	limits_collect();
	return report(EXIT_INTERNAL, "the supervisor was killed; the sandbox with it");
}
