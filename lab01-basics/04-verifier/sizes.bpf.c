// SPDX-License-Identifier: GPL-2.0-only
/*
 * Job: counts UDP datagrams over IPv4, in "datagrams", and adds up how many bytes
 * they carry behind the UDP header, in "bytes". Frames of any other kind, and
 * those that are cut short, count nothing. All frames pass.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

__u64 datagrams = 0;
__u64 bytes = 0;

/* Returns 0 and the payload's size, or -1: there is no UDP here. This part is right. */
static __always_inline int payload_size(struct xdp_md *ctx, __u64 *size)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end)
		return -1;
	if (eth->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
		return -1;
	*size = bpf_ntohs(udp->len) - sizeof(*udp);
	return 0;
}

SEC("xdp")
int sizes(struct xdp_md *ctx)
{
	__u64 size;

	/* TODO 1: the verifier refuses this. What is in size when there is no UDP? */
	payload_size(ctx, &size);
	__sync_fetch_and_add(&bytes, size);
	__sync_fetch_and_add(&datagrams, 1);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
