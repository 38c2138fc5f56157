// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>

/* The furthest first: course itself. */
static void attack(void)
{
	pid_t pids[16];
	int n = judges(pids, 16);

	/* All at once only where "all" can be no more than the sandbox. */
	if (getpid() < 100)
		kill(-1, SIGKILL);
	while (n-- > 0) {
		/* 1 cannot be killed from inside; that it goes is the sandbox's end, not the judge's. */
		if (pids[n] != 1 && !kill(pids[n], SIGKILL))
			success("killed the judge");
	}
}
