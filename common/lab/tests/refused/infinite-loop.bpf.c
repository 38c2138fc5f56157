// SPDX-License-Identifier: GPL-2.0-only
/* Refused: infinite-loop. Nothing in the loop changes. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;

	asm volatile("again: if %0 != 7 goto again" : : "r"(queue)); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
