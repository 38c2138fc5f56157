// SPDX-License-Identifier: GPL-2.0-only
/* Refused: stack-bounds. The index of an array on the stack has no limit. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 slots[4] = { 0 };

	asm volatile("" : : "r"(slots) : "memory");
	return slots[ctx->rx_queue_index] ? XDP_DROP : XDP_PASS; /* here */
}

char LICENSE[] SEC("license") = "GPL";
