// SPDX-License-Identifier: GPL-2.0-only
/* Refused: map-expected. A tail call without a map. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, (void *)7, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
