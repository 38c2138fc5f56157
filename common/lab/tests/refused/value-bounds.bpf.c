// SPDX-License-Identifier: GPL-2.0-only
/* Refused: value-bounds. An index into a map's value without a limit. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 slots[8];

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	slots[ctx->rx_queue_index]++; /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
