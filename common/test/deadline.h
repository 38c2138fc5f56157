/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Deadlines on the monotonic clock. */
#ifndef LAB_TEST_DEADLINE_H
#define LAB_TEST_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "common/tool/patience.h"

struct deadline {
	int64_t began, limit; /* nanoseconds */
	bool exact;
	int64_t stalled; /* when it began, unless it is exact */
};

static inline int64_t deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* On a busy machine it comes later (patience.h): whatever is waited for may not have run. */
static inline struct deadline deadline_in(double seconds)
{
	return (struct deadline){ .began = deadline_now(),
				  .limit = (int64_t)(seconds * 1e9),
				  .stalled = patience_stalled() };
}

static inline struct deadline deadline_exactly_in(double seconds)
{
	return (struct deadline){ .began = deadline_now(),
				  .limit = (int64_t)(seconds * 1e9),
				  .exact = true };
}

/* It is not before this many nanoseconds. Not above 0: it is over. */
static inline int64_t deadline_left(struct deadline deadline)
{
	int64_t elapsed = deadline_now() - deadline.began;

	if (deadline.exact)
		return deadline.limit - elapsed;
	return patience_left_now(deadline.limit, elapsed, deadline.stalled);
}

static inline bool deadline_over(struct deadline deadline)
{
	return deadline_left(deadline) <= 0;
}

/* Has it been stretched as far as it goes? Then the machine was too busy to be sure of anything. */
static inline bool deadline_was_late(struct deadline deadline)
{
	return !deadline.exact && deadline.limit > 0 &&
	       deadline_now() - deadline.began >= PATIENCE * deadline.limit;
}

/* For poll(): at least 1 before the deadline, 0 after it. Then ask again: it may have moved. */
static inline int deadline_left_ms(struct deadline deadline)
{
	int64_t left = deadline_left(deadline);

	return left <= 0 ? 0 : (int)(left / 1000000) + 1;
}

/* A pause between two looks at what no event announces; it ends with the deadline. */
static inline void deadline_pause_for(struct deadline deadline, double seconds)
{
	int64_t left = deadline_left(deadline), wanted = seconds * 1e9;
	struct timespec pause;

	if (wanted > left)
		wanted = left;
	pause.tv_sec = wanted / 1000000000;
	pause.tv_nsec = wanted % 1000000000;
	if (wanted > 0)
		nanosleep(&pause, NULL);
}

static inline void deadline_pause(struct deadline deadline)
{
	deadline_pause_for(deadline, 0.002);
}

#endif
