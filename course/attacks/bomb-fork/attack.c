// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>
#include <sys/wait.h>

#define ENOUGH 2000 /* more than any limit allows, and bearable where there is none */

static void attack(void)
{
	pid_t pids[ENOUGH];
	int n;

	for (n = 0; n < ENOUGH; n++) {
		pids[n] = fork();
		if (pids[n] < 0)
			break;
		if (!pids[n]) {
			pause();
			_exit(0);
		}
	}
	if (n == ENOUGH)
		fprintf(stderr, "%d processes\n", n);
	for (int i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	for (int i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
	if (n == ENOUGH)
		success("started 2000 processes");
}
