// SPDX-License-Identifier: GPL-2.0-only
/* Refused: value-bounds. The index of a global array is not compared with its size. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 table[8];

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return table[ctx->rx_queue_index]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
