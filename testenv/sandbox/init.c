// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Process 1 while CMD runs. Signals from inside cannot kill it: the kernel gives a
 * process 1 only those it has asked for.
 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/sandbox/inside.h"

static volatile pid_t target;

static void pass_on(int sig)
{
	int saved = errno;

	if (target > 0)
		kill(target, sig);
	errno = saved;
}

void init_reap(int news, pid_t cmd)
{
	static const int passed[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };
	struct sigaction action = { .sa_handler = pass_on };
	struct box_news ended = { .what = BOX_NEWS_ENDED };
	sigset_t none;
	pid_t pid;

	/* Without a process namespace of their own, orphans would be somebody else's. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	target = cmd;
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaction(passed[i], &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* CMD's pipes and socket are its own: while we held them, their ends would not be seen. */
	for (int fd = 0; fd <= 3; fd++)
		if (fd != news)
			close(fd);
	do
		pid = waitpid(-1, &ended.value, 0);
	while ((pid < 0 && errno == EINTR) || (pid >= 0 && pid != cmd));
	inside_tell(news, &ended, -1);
	/* The kernel now kills everything that is left in this process namespace. */
	_exit(0);
}
