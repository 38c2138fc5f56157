// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How fast the processor's counter ticks, for guests. An emulated processor shows the
 * host's counter, and a kernel that starts compares it with an emulated timer to find out
 * its speed. On a busy host that goes wrong: 325 MHz instead of 2300 were seen, and from
 * then on, in every machine restored from that state, seconds that last a seventh.
 */
#include <poll.h>
#include <stdint.h>
#include <time.h>

#include "testenv/vm/machine.h"

/* Between the two looks at both clocks. */
#define APART_MS 20
/* One of so many looks was not interrupted. */
#define TRIES 50

#if defined(__x86_64__)

#include <x86intrin.h>

struct look {
	uint64_t ticks;
	int64_t ns;
};

/* Both clocks at the same time, as far as that goes. */
static struct look look(void)
{
	uint64_t shortest = UINT64_MAX;
	struct look best = {};

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), after;
		struct timespec now;

		clock_gettime(CLOCK_MONOTONIC, &now);
		after = __rdtsc();
		if (after - before >= shortest)
			continue;
		shortest = after - before;
		best.ticks = before + shortest / 2;
		best.ns = now.tv_sec * 1000000000LL + now.tv_nsec;
	}
	return best;
}

unsigned int vm_counter_khz(void)
{
	struct look begin = look(), end;

	poll(NULL, 0, APART_MS);
	end = look();
	return (end.ticks - begin.ticks) * 1000000 / (end.ns - begin.ns);
}

#else

unsigned int vm_counter_khz(void)
{
	return 0;
}

#endif
