// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <sys/prctl.h>

/* Found by its name, if it is still there later. It ends by itself, in case nobody looks. */
static void attack(void)
{
	if (fork())
		return;
	setsid();
	prctl(PR_SET_NAME, CANARY);
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	sleep(120);
	_exit(0);
}
