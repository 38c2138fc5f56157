// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>

/* And does not want to hear of it. */
static void attack(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (volatile unsigned long i = 0;; i++)
		;
}
