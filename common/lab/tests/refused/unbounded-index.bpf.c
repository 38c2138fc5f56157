// SPDX-License-Identifier: GPL-2.0-only
/* Refused: unbounded-offset. A signed index that is compared with the upper limit only. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 table[8];

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	int index = ctx->rx_queue_index;

	if (index >= 8)
		return XDP_PASS;
	return table[index]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
