/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Time that only ever grows, for deadlines and durations. The time of day is not here. */
#ifndef COURSE_CLOCK_H
#define COURSE_CLOCK_H

#include <time.h>

/* Monotonic milliseconds. */
static inline long clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000L + ts.tv_nsec / 1000000;
}

#endif
