// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-bounds. The header is read without a comparison with data_end. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	return eth->h_proto == 0x0608 ? XDP_DROP : XDP_PASS; /* here */
}

char LICENSE[] SEC("license") = "GPL";
