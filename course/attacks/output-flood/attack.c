// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>

/* Also the signal that says "too much" is ignored. */
static void attack(void)
{
	char line[4096];

	signal(SIGXFSZ, SIG_IGN);
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (long n = 0; n < 1 << 18; n++)
		if (write(1, line, sizeof(line)) < 0 && write(2, line, sizeof(line)) < 0)
			_exit(1);
	success("printed 1 GB");
}
