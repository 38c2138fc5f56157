// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Waiting: for records of a ring buffer or for the time to show counters, and
 * always for the end (a signal, the end of the observed command) too.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <time.h>

#include "common/lab/lab.h"

enum {
	WAKE_SIGNAL,
	WAKE_CHILD,
	WAKE_SOURCE,
	WAKE_COUNT
};

/*
 * Waits for at most timeout_ms (-1: for ever). 1: it is time to end; 0: the
 * source is readable or the time is over; -errno.
 */
static int wait_event(int source_fd, const struct lab_child *child, int timeout_ms)
{
	struct pollfd fds[WAKE_COUNT] = {
		[WAKE_SIGNAL] = { .fd = lab_signals_fd(), .events = POLLIN },
		[WAKE_CHILD] = { .fd = child ? child->pidfd : -1, .events = POLLIN },
		[WAKE_SOURCE] = { .fd = source_fd, .events = POLLIN },
	};

	if (lab_exiting)
		return 1;
	if (poll(fds, WAKE_COUNT, timeout_ms) < 0 && errno != EINTR)
		return -errno;
	return lab_exiting || fds[WAKE_CHILD].revents;
}

int lab_ringbuf_loop(struct ring_buffer *rb, struct lab_child *child)
{
	int ending, err;

	do {
		ending = wait_event(ring_buffer__epoll_fd(rb), child, -1);
		if (ending < 0)
			return ending;
		/* Once more after the end: the command's last records are in there. */
		err = ring_buffer__consume(rb);
		if (err < 0)
			return err;
	} while (!ending);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int lab_tick_loop(unsigned int interval_ms, int (*tick)(void *ctx), void *ctx,
		  struct lab_child *child)
{
	int64_t next = now_ms() + interval_ms;
	int ending, err;

	do {
		int64_t left = next - now_ms();

		ending = wait_event(-1, child, interval_ms ? (left > 0 ? (int)left : 0) : -1);
		if (ending < 0)
			return ending;
		if (!ending && (!interval_ms || now_ms() < next))
			continue; /* woken early by another signal */
		next += interval_ms;
		err = tick ? tick(ctx) : 0;
		if (err < 0)
			return err;
	} while (!ending);
	return 0;
}
