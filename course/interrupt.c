// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Ctrl-C and kill. The handler only marks a pipe readable, and nobody reads
 * it, so that every thread that polls it wakes up. Ending the children is
 * proc.c's part.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "course/interrupt.h"

static volatile sig_atomic_t caught;
static int wake[2] = { -1, -1 };

static void handler(int signo)
{
	int kept = errno;

	(void)signo;
	caught = 1;
	/* The pipe does not block: when it is full it is readable already. */
	if (write(wake[1], "", 1) < 0)
		errno = kept;
	errno = kept;
}

void interrupt_init(void)
{
	struct sigaction sa = { .sa_handler = handler };

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK))
		return;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

bool interrupted(void)
{
	return caught;
}

int interrupt_fd(void)
{
	return wake[0];
}

bool interrupt_wait(int milliseconds)
{
	struct pollfd fd = { .fd = wake[0], .events = POLLIN };

	poll(&fd, 1, milliseconds);
	return caught;
}
