// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Numbers that a seed determines, the same on every machine: xorshift64* (acl.h). */
#include "common/acl/acl.h"

void acl_seed(struct acl_random *random, __u64 seed)
{
	/* splitmix64's finisher: seeds that are near each other give other numbers. */
	seed += 0x9e3779b97f4a7c15;
	seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
	seed = (seed ^ (seed >> 27)) * 0x94d049bb133111eb;
	random->state = (seed ^ (seed >> 31)) ?: 1;
}

__u64 acl_next(struct acl_random *random)
{
	__u64 x = random->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return x * 0x2545f4914f6cdd1d;
}

__u32 acl_below(struct acl_random *random, __u32 n)
{
	return (acl_next(random) >> 32) * n >> 32;
}
