// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides about UDP packets by their destination port, in two steps: the port has
 * a class, the class has an action. Both steps ask the same generation of the
 * policy, which the loader may replace at any moment by another one.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/parse.h"
#include "common/bpf/slow.h"
#include "policy.h"

/* One generation: what the loader makes must be of the same kind. */
struct generation {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, RULES_MAX);
	__uint(key_size, sizeof(struct rule_key));
	__uint(value_size, sizeof(__u32));
};

/* The outer map has one place, and in it the generation that counts now. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct generation);
} current SEC(".maps");

/* In slow motion so much time passes between the two steps. The checks use it. */
const volatile __u32 slow_us = 0;

/* What is to become of a packet to this port: an action of XDP. */
static __always_inline __u32 judge(__u32 port)
{
	struct rule_key key = { .table = PORT_CLASS, .number = port };
	__u32 place = 0, *value;
	void *generation;

	generation = bpf_map_lookup_elem(&current, &place);

	value = bpf_map_lookup_elem(generation, &key);
	if (!value)
		return XDP_PASS;
	key.table = CLASS_ACTION;
	key.number = *value;

	slow_motion(slow_us);

	value = bpf_map_lookup_elem(generation, &key);
	return value ? *value : XDP_PASS;
}

SEC("xdp")
int policy(struct xdp_md *ctx)
{
	struct cursor c = cursor_of(ctx);
	struct ethhdr *eth;
	struct ipv6hdr *ip6;
	struct iphdr *ip;
	struct udphdr *udp;
	int next = parse_eth_vlan(&c, &eth, NULL);

	if (next == bpf_htons(ETH_P_IP))
		next = parse_ipv4(&c, &ip);
	else if (next == bpf_htons(ETH_P_IPV6))
		next = parse_ipv6(&c, &ip6);
	else
		return XDP_PASS;
	if (next != IPPROTO_UDP || parse_udp(&c, &udp) < 0)
		return XDP_PASS;
	return judge(bpf_ntohs(udp->dest));
}

char LICENSE[] SEC("license") = "GPL";
