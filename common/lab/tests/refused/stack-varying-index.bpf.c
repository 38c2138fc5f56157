// SPDX-License-Identifier: GPL-2.0-only
/* Refused: stack-bounds. The index may be one too large. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 slots[4] = { 0 };
	__u32 index = ctx->rx_queue_index;

	asm volatile("" : : "r"(slots) : "memory");
	if (index > 8)
		return XDP_DROP;
	return slots[index] ? XDP_DROP : XDP_PASS; /* here */
}

char LICENSE[] SEC("license") = "GPL";
