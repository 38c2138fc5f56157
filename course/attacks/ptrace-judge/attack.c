// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sys/ptrace.h>
#include <sys/uio.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static void try_pid(pid_t pid)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)0x400000, 1 };
	int pidfd;

	if (!ptrace(PTRACE_SEIZE, pid, NULL, NULL)) {
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
		success("traced another process");
	}
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) == 1)
		success("read another process's memory");
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (pidfd >= 0 && syscall(SYS_pidfd_getfd, pidfd, 1, 0) >= 0)
		success("took another process's descriptor");
	if (pidfd >= 0)
		close(pidfd);
}

/* The one that started it, and the first one of its namespace. */
static void attack(void)
{
	pid_t pids[16];
	int n = judges(pids, 16);

	for (int i = 0; i < n; i++) {
		char path[64];

		try_pid(pids[i]);
		snprintf(path, sizeof(path), "/proc/%d/mem", pids[i]);
		if (open(path, O_RDWR) >= 0)
			success("opened another process's memory");
	}
}
