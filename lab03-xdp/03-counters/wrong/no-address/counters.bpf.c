// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the packets and bytes that arrive on an interface, by protocol, on
 * every CPU for itself. It can drop one kind of frame; what it drops, it counts.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/parse.h"
#include "counters.h"

/* The kind of frame to drop; KINDS: none. The loader sets it (-d). */
const volatile __u32 drop_kind = KINDS;

/* One row for each kind of frame. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, struct counter);
} counters SEC(".maps");

/* What kind of frame this is. */
static __always_inline __u32 kind_of(struct xdp_md *ctx)
{
	struct cursor c = cursor_of(ctx);
	struct ethhdr *eth;
	struct iphdr *ip;
	struct ipv6hdr *ip6;
	int proto = parse_eth_vlan(&c, &eth, NULL);

	if (proto == bpf_htons(ETH_P_ARP))
		return KIND_ARP;
	if (proto == bpf_htons(ETH_P_IP))
		proto = parse_ipv4(&c, &ip);
	else if (proto == bpf_htons(ETH_P_IPV6))
		proto = parse_ipv6(&c, &ip6);
	else
		return KIND_OTHER;

	switch (proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return KIND_ICMP;
	case IPPROTO_TCP:
		return KIND_TCP;
	case IPPROTO_UDP:
		return KIND_UDP;
	default:
		return KIND_OTHER;
	}
}

SEC("xdp")
int count_frame(struct xdp_md *ctx)
{
	__u32 kind = kind_of(ctx);
	struct counter *row = bpf_map_lookup_elem(&counters, kind);

	if (row) {
		row->packets++;
		row->bytes += ctx->data_end - ctx->data;
	}

	if (kind == drop_kind)
		return XDP_DROP;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
