/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Passing on what CMD writes, as it writes it, up to a limit for all of it. */
#ifndef TESTENV_SANDBOX_PUMP_H
#define TESTENV_SANDBOX_PUMP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

struct pump {
	int from; /* a pipe that does not block; -1: it has ended */
	int to;
	size_t len, done; /* of what has been read: passed on */
	char block[4096]; /* a writable pipe takes that much without blocking */
};

/* What the pump waits for. */
struct pollfd pump_wants(const struct pump *pump);

/*
 * Moves a piece in the direction that is ready. Takes it off *left, the bytes that may
 * still come; returns false when there were more.
 */
bool pump_move(struct pump *pump, const struct pollfd *ready, long long *left);

#endif
