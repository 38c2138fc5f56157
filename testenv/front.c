// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The process that the user started: starts the supervisor, passes signals on
 * and returns the command's exit status. See super.h.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/env.h"
#include "testenv/front.h"
#include "testenv/procs.h"
#include "testenv/testenv.h"

static void passed_on(sigset_t *set)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaddset(set, sigs[i]);
}

static void pass_on(int sigfd, int super)
{
	struct signalfd_siginfo info;
	int sig;

	if (read(sigfd, &info, sizeof(info)) != sizeof(info))
		return;
	sig = info.ssi_signo;
	/* What a key sends goes to the whole process group: CMD has it already. */
	if (info.ssi_code == SI_KERNEL && sig != SIGCONT)
		return;
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
		if (!fds[0].revents)
			continue;
		return procs_read_status(super, &status) ? -1 : status;
	}
}

/*
 * An interactive command that was killed leaves the terminal to a process
 * group that is gone: take it back. tcsetpgrp() needs SIGTTOU blocked.
 */
static void take_terminal(pid_t had)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);
	sigset_t set;

	if (had != getpgrp() || group <= 0 || group == had || kill(-group, 0) == 0)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, NULL);
	tcsetpgrp(STDIN_FILENO, had);
}

int super_run(const struct run *run)
{
	pid_t terminal = tcgetpgrp(STDIN_FILENO);
	int pair[2], sigfd, status;
	sigset_t set, old_mask;
	pid_t me = getpid();
	pid_t pid;

	passed_on(&set);
	sigfd = signalfd(-1, &set, SFD_CLOEXEC);
	if (sigfd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return report(EXIT_INTERNAL, "cannot start: %s", strerror(errno));
	/* Were the supervisor killed, its children would come to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, &old_mask);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		close(sigfd);
		super_main(run, pair[1], me, &old_mask);
	}
	close(pair[1]);
	if (pid < 0)
		return report(EXIT_INTERNAL, "cannot start a process: %s", strerror(errno));
	passed_on(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	status = wait_status(pair[0], sigfd);
	waitpid(pid, NULL, 0);
	take_terminal(terminal);
	if (status < 0) {
		procs_kill_children();
		env_collect();
		return report(EXIT_INTERNAL, "the supervisor was killed; the command with it");
	}
	return status;
}
