// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decides about each IP packet by its destination: of all prefixes in the table
 * that the address begins with, the longest says whether the packet passes or is
 * dropped. What no prefix fits, and what is no IP, passes.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/parse.h"
#include "routes.h"

/* The loader fills both tables, and may change them at any time. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, ROUTES_MAX);
	__type(key, struct key4);
	__type(value, struct route);
} routes4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, ROUTES_MAX);
	__type(key, struct key6);
	__type(value, struct route);
} routes6 SEC(".maps");

/* IP packets that no prefix fits. */
__u64 unrouted;

/* The longest prefix that fits the packet's destination; NULL: none does. */
static __always_inline struct route *find4(const struct iphdr *ip)
{
	struct key4 key = {
		.prefixlen = 32,
		.address = ip->daddr,
	};

	return bpf_map_lookup_elem(&routes4, &key);
}

static __always_inline struct route *find6(const struct ipv6hdr *ip6)
{
	struct key6 key = {
		.prefixlen = 32,
	};

	__builtin_memcpy(key.address, &ip6->daddr, sizeof(key.address));
	return bpf_map_lookup_elem(&routes6, &key);
}

/* Counts the packet, and returns what is to become of it. */
static __always_inline int follow(struct route *route)
{
	if (!route) {
		__sync_fetch_and_add(&unrouted, 1);
		return XDP_PASS;
	}
	__sync_fetch_and_add(&route->packets, 1);
	return route->action;
}

SEC("xdp")
int routes(struct xdp_md *ctx)
{
	struct cursor c = cursor_of(ctx);
	struct ethhdr *eth;
	struct ipv6hdr *ip6;
	struct iphdr *ip;
	int type = parse_eth_vlan(&c, &eth, NULL);

	if (type == bpf_htons(ETH_P_IP) && parse_ipv4(&c, &ip) >= 0)
		return follow(find4(ip));
	if (type == bpf_htons(ETH_P_IPV6) && parse_ipv6(&c, &ip6) >= 0)
		return follow(find6(ip6));
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
