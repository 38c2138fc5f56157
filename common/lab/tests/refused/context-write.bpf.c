// SPDX-License-Identifier: GPL-2.0-only
/* Refused: context-write. A field of the context that may only be read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	ctx->rx_queue_index = 1; /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
