// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same small decision at two hooks: UDP to port 9 is counted and dropped.
 * nobody: takes all, for the cost of a sender whose packets get nowhere.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/parse.h"

#define PORT_DISCARD 9

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} dropped SEC(".maps");

static __always_inline int is_wanted(struct cursor c)
{
	struct ethhdr *eth;
	struct iphdr *ip;
	struct udphdr *udp;

	return parse_eth_vlan(&c, &eth, NULL) == bpf_htons(ETH_P_IP) &&
	       parse_ipv4(&c, &ip) == IPPROTO_UDP && parse_udp(&c, &udp) >= 0 &&
	       udp->dest == bpf_htons(PORT_DISCARD);
}

static __always_inline void count(void)
{
	__u32 zero = 0;
	__u64 *counter = bpf_map_lookup_elem(&dropped, &zero);

	if (counter)
		(*counter)++;
}

SEC("xdp")
int drop_xdp(struct xdp_md *ctx)
{
	if (!is_wanted(cursor_of(ctx)))
		return XDP_PASS;
	count();
	return XDP_DROP;
}

SEC("tc")
int drop_tc(struct __sk_buff *ctx)
{
	if (!is_wanted(cursor_of(ctx)))
		return TC_ACT_OK;
	count();
	return TC_ACT_SHOT;
}

SEC("tc")
int nobody(struct __sk_buff *ctx)
{
	(void)ctx;
	return TC_ACT_STOLEN;
}

char LICENSE[] SEC("license") = "GPL";
