// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* SIGINT and SIGTERM end a loader's loop, so that it frees what it holds. */
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/lab/lab.h"

volatile sig_atomic_t lab_exiting;

static int exit_fd = -1;

static void on_signal(int sig)
{
	const __u64 one = 1;
	int saved = errno;

	(void)sig;
	lab_exiting = 1;
	/* The flag alone would be missed by a poll() that starts just after it. */
	if (write(exit_fd, &one, sizeof(one)) < 0)
		errno = saved;
}

void lab_signals_init(void)
{
	/* SA_RESETHAND: a second Ctrl-C ends a program that does not. */
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	if (exit_fd < 0)
		exit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int lab_signals_fd(void)
{
	return exit_fd;
}
