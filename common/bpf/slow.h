/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slow motion: a program waits between two of its steps, so that a check can see what
 * happens to its maps in between. Kernel programs include it behind bpf_helpers.h.
 *
 *	__u32 slow_us;
 *	slow_motion(slow_us);
 */
#ifndef COMMON_BPF_SLOW_H
#define COMMON_BPF_SLOW_H

/* A look at the clock takes some 20 ns. The verifier wants an end: here after some 80 us. */
#define SLOW_TURNS 256
#define SLOW_LOOKS 16 /* in a turn; only one of them is a branch to the verifier */

/* A global function: the verifier looks at it once, and not at each call. */
__attribute__((noinline)) int slow_wait(__u32 us)
{
	__u64 end = bpf_ktime_get_ns() + us * 1000ULL;

	for (int turn = 0; turn < SLOW_TURNS && bpf_ktime_get_ns() < end; turn++) {
#pragma unroll
		for (int look = 1; look < SLOW_LOOKS; look++)
			bpf_ktime_get_ns();
	}
	return 0;
}

/* Waits so many microseconds, but no more than some 80; 0: goes on at once. */
static __always_inline void slow_motion(__u32 us)
{
	if (us)
		slow_wait(us);
}

#endif /* COMMON_BPF_SLOW_H */
