/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Deadlines on the monotonic clock. */
#ifndef LAB_TEST_DEADLINE_H
#define LAB_TEST_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

static inline int64_t deadline_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Nanoseconds of the clock. */
static inline int64_t deadline_in(double seconds)
{
	return deadline_now() + (int64_t)(seconds * 1e9);
}

static inline bool deadline_over(int64_t deadline)
{
	return deadline_now() >= deadline;
}

/* For poll(): at least 1 before the deadline, 0 after it. */
static inline int deadline_left_ms(int64_t deadline)
{
	int64_t left = deadline - deadline_now();

	return left <= 0 ? 0 : (int)(left / 1000000) + 1;
}

/* A pause between two looks at what no event announces; it ends with the deadline. */
static inline void deadline_pause_for(int64_t deadline, double seconds)
{
	int64_t left = deadline - deadline_now(), wanted = seconds * 1e9;
	struct timespec pause;

	if (wanted > left)
		wanted = left;
	pause.tv_sec = wanted / 1000000000;
	pause.tv_nsec = wanted % 1000000000;
	if (wanted > 0)
		nanosleep(&pause, NULL);
}

static inline void deadline_pause(int64_t deadline)
{
	deadline_pause_for(deadline, 0.002);
}

#endif
