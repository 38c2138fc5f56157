// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Each for 60 s at most, in case nobody ends them. */
static void attack(void)
{
	for (int i = 0; i < 8; i++)
		if (fork() <= 0)
			break;
	alarm(60);
	for (volatile unsigned long i = 0;; i++)
		;
}
