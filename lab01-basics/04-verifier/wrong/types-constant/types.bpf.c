// SPDX-License-Identifier: GPL-2.0-only
/*
 * Job: drops the frames whose EtherType is "type", however short they are, and
 * counts them in "dropped". All other frames pass.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* In host byte order. User space sets it before it loads the program. */
const volatile __u16 type = ETH_P_ARP;

__u64 dropped = 0;

SEC("xdp")
int types(struct xdp_md *ctx)
{
	/* The context is not the packet: it says where the packet is. */
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
