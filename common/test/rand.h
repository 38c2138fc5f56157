/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Numbers drawn from the seed; the algorithm is in rand.c. */
#ifndef LAB_TEST_RAND_H
#define LAB_TEST_RAND_H

#include <stdint.h>

/* A number from min to max, both included. min must not be more than max. */
uint64_t rand_between(const char *seed, const char *test, const char *name, uint64_t min,
		      uint64_t max);

#endif
