// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: not-for-unprivileged. An index of a local array that varies. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 slots[4] = { 0 };
	__u32 index = ctx->rx_queue_index & 3;

	asm volatile("" : : "r"(slots) : "memory");
	return slots[index] ? XDP_DROP : XDP_PASS; /* here */
}

char LICENSE[] SEC("license") = "GPL";
