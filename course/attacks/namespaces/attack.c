// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sched.h>
#include <signal.h>
#include <linux/sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

/* In a child: the solution after it needs the process as it is. */
static int child(void)
{
	static const int flags[] = { CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS,
				     CLONE_NEWNS,   CLONE_NEWNET,
				     CLONE_NEWPID,  CLONE_NEWCGROUP,
				     CLONE_NEWIPC,  CLONE_NEWUTS };
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	long pid;

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (!unshare(flags[i]))
			return 1;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid >= 0) {
		if (!pid)
			_exit(0);
		return 1;
	}
	pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid >= 0) {
		if (!pid)
			_exit(0);
		return 1;
	}
	return 0;
}

static void attack(void)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		_exit(child());
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		success("made a namespace");
}
