// SPDX-License-Identifier: GPL-2.0-only
/* Refused: recursion. A function calls itself. */
/* Until 6.18: calls-too-deep. */
/* Until 6.1: back-edge. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline, disable_tail_calls)) int again(int n)
{
	asm volatile("" : "+r"(n));
	return n ? 1 + again(n - 1) + n : 0; /* Until 6.18: here */
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return again(ctx->rx_queue_index); /* here */
}

char LICENSE[] SEC("license") = "GPL";
