// SPDX-License-Identifier: GPL-2.0-only
/* Refused: helper-not-allowed. A helper of tc programs in an XDP program. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return bpf_skb_pull_data((void *)ctx, 64); /* here */
}

char LICENSE[] SEC("license") = "GPL";
