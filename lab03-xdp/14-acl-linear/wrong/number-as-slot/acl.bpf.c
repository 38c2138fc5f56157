// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access control list, rule by rule: the first rule that matches a packet decides
 * whether it is dropped, and counts it. The loader may replace the list at any moment.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include "acl.h"

/* One list: what the loader makes must be of the same kind. */
struct list {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LIST_MAX);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct rule));
};

/* In its one place is the list that counts now. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct list);
} current SEC(".maps");

/* A row for each rule, the default, and packets that never came to the rules. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ACL_SLOTS);
	__type(key, __u32);
	__type(value, struct acl_count);
} counters SEC(".maps");

/* A packet on its way through the list, and what has been decided about it. */
struct search {
	struct acl_key key;
	void *list;
	__u32 action;
	__u32 slot;
};

/* ---- yours -------------------------------------------------------------------- */

/* Does the address, under the mask, equal the rule's? All four words of it. */
static __always_inline bool same_network(const __u32 *address, const __u32 *mask,
					 const __u32 *network)
{
	for (int i = 0; i < 4; i++)
		if ((address[i] & mask[i]) != network[i])
			return false;
	return true;
}

/* Does the packet meet all conditions of the rule? */
static __always_inline bool matches(const struct rule *rule, const struct acl_key *key)
{
	if (rule->family && rule->family != key->family)
		return false;
	if (rule->proto != ANY && rule->proto != key->proto)
		return false;
	if (!same_network(key->src, rule->src_mask, rule->src) ||
	    !same_network(key->dst, rule->dst_mask, rule->dst))
		return false;
	if (key->sport < rule->sport_lo || key->sport > rule->sport_hi)
		return false;
	if (key->dport < rule->dport_lo || key->dport > rule->dport_hi)
		return false;
	if (rule->icmp_type != ANY && rule->icmp_type != key->icmp_type)
		return false;
	return (key->tcp_flags & rule->flags_mask) == rule->flags_value;
}

/* bpf_loop() calls it with 0, 1, 2 ... until it returns 1. */
static long try_rule(__u32 number, struct search *search)
{
	const struct rule *rule = bpf_map_lookup_elem(search->list, &number);

	if (!rule)
		return 1;
	if (!matches(rule, &search->key))
		return 0;
	search->action = rule->action;
	search->slot = number;
	return 1;
}

/* One more packet, of so many bytes. */
static __always_inline void count(__u32 slot, __u64 bytes)
{
	struct acl_count *row = bpf_map_lookup_elem(&counters, &slot);

	if (row) {
		row->packets++;
		row->bytes += bytes;
	}
}

/* ---- given --------------------------------------------------------------------- */

static __always_inline void judge(struct xdp_md *ctx, struct search *search)
{
	const __u32 zero = 0;

	search->action = XDP_PASS;
	search->slot = ACL_SLOT_DEFAULT;
	switch (acl_read_key(ctx, &search->key)) {
	case ACL_OTHER:
		search->slot = ACL_SLOT_OTHER;
		return;
	case ACL_BAD:
		search->action = XDP_DROP;
		search->slot = ACL_SLOT_BAD;
		return;
	case ACL_IP:
		break;
	}
	/* Once for a packet: all of its rules are of one list. */
	search->list = bpf_map_lookup_elem(&current, &zero);
	if (search->list)
		bpf_loop(LIST_MAX, try_rule, search, 0);
}

SEC("xdp")
int acl(struct xdp_md *ctx)
{
	struct search search;

	judge(ctx, &search);
	count(search.slot, ctx->data_end - ctx->data);
	return search.action;
}

/* For "acl check": which rule is it? Nothing is counted. */
SEC("xdp")
int acl_which(struct xdp_md *ctx)
{
	struct search search;

	judge(ctx, &search);
	return search.slot;
}

char LICENSE[] SEC("license") = "GPL";
