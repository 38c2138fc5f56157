// SPDX-License-Identifier: GPL-2.0-only
/*
 * Job: drops the UDP datagrams over IPv4 whose payload begins with the four bytes
 * of "mark", and counts them in "dropped". All other frames pass.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* As in the packet. User space sets it before it loads the program. */
const volatile __u8 mark[4] = { 'm', 'a', 'r', 'k' };

__u64 dropped = 0;

/* Where the payload of a UDP datagram begins in the frame; -1: there is no UDP. This part is right. */
static __always_inline int payload(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end)
		return -1;
	if (eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return -1;
	return sizeof(*eth) + sizeof(*ip) + sizeof(struct udphdr);
}

SEC("xdp")
int marks(struct xdp_md *ctx)
{
	int offset = payload(ctx);
	__u8 first[32];

	if (offset < 0)
		return XDP_PASS;

	/* bpf_skb_load_bytes() is for hooks behind XDP, where there is an sk_buff. */
	if (bpf_xdp_load_bytes(ctx, offset, first, sizeof(first)) < 0)
		return XDP_PASS;

	for (int i = 0; i < 4; i++)
		if (first[i] != mark[i])
			return XDP_PASS;
	__sync_fetch_and_add(&dropped, 1);
	bpf_printk("marks: dropped a datagram");
	return XDP_DROP;
}

/* It is our program, so we may give it this licence, as its first line says. */
char LICENSE[] SEC("license") = "GPL";
