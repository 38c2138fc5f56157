// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Forked twice, deaf to what can be ignored, and no death signal of its parent's. */
static void attack(void)
{
	pid_t pid = fork();

	if (pid) {
		waitpid(pid, NULL, 0);
		return;
	}
	setsid();
	if (fork())
		_exit(0);
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, 0);
	prctl(PR_SET_NAME, CANARY);
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	sleep(120);
	_exit(0);
}
