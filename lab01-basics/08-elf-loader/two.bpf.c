// SPDX-License-Identifier: GPL-2.0-only
/*
 * Something to load in lesson 01/08: programs that use no maps and no variables.
 * Two of them share a section.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int all_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int short_dropped(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data < 60 ? XDP_DROP : XDP_PASS;
}

SEC("socket")
int first_bytes(struct __sk_buff *skb)
{
	return skb->len < 64 ? skb->len : 64;
}

char LICENSE[] SEC("license") = "GPL";
