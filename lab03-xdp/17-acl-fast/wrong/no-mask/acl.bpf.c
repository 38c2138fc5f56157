// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access control list as a decision tree: a packet's bits say where in the tree its
 * rules are, and only these are compared. The first rule of the list that matches
 * decides whether the packet is dropped, and counts it. The loader may replace the
 * tree at any moment.
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
#include "common/bpf/acl.h"
#include "common/bpf/acl_cut.h"
#include "common/bpf/slow.h"

/* One generation: a map with a single value, and all of the tree is in it. */
struct generation {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct cut_tree));
};

/* In its one place is the generation that counts now. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct generation);
} current SEC(".maps");

/* A row for each rule, the default, and packets that never came to the rules. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ACL_SLOTS);
	__type(key, __u32);
	__type(value, struct acl_count);
} counters SEC(".maps");

/* A packet on its way through the tree, and the best that has been found so far. */
struct search {
	struct cut_tree *tree;
	struct cut_key key;
	__u32 at;    /* the node where the search goes on */
	__u32 order; /* of the best rule: its place in the list; CUT_NONE: none yet */
	__u32 action;
	__u32 slot;
};

/* In slow motion so much time passes between the first two leaves. The checks set it. */
__u32 slow_us;

/* The tree of the current generation; NULL: there is none yet. */
static __always_inline struct cut_tree *current_tree(void)
{
	const __u32 zero = 0;
	void *generation = bpf_map_lookup_elem(&current, &zero);

	return generation ? bpf_map_lookup_elem(generation, &zero) : NULL;
}

/* ---- yours ---------------------------------------------------------------------- */

/* From the node search->at down to a leaf. */
static __always_inline struct cut_node *descend(const struct search *search)
{
	struct cut_tree *tree = search->tree;
	struct cut_node *node = &tree->node[search->at & (CUT_NODES - 1)];

	for (int i = 0; i < CUT_DEPTH_MAX && node->mask; i++) {
		__u32 word = search->key.word[node->word & (CUT_WORDS - 1)];
		__u32 child = node->first + (word >> (node->shift & 31) & node->mask);

		node = &tree->node[child & (CUT_NODES - 1)];
	}
	return node;
}

/* Does the packet meet all conditions of the entry? */
static __always_inline bool matches(const struct cut_entry *entry, const struct cut_key *key)
{
	__u64 differ = 0;

	for (__u32 i = 0; i < CUT_PAIRS_IPV6 && i < key->pairs; i++)
		differ |= key->pair[i] ^ entry->bits[i].value;
	return !differ && key->sport >= entry->sport_lo && key->sport <= entry->sport_hi &&
	       key->dport >= entry->dport_lo && key->dport <= entry->dport_hi;
}

/* Of the leaf's entries, the first one that matches, if it is better than the best so far. */
static __always_inline void try_entries(struct search *search, const struct cut_node *leaf)
{
	__u64 place = leaf->first;

	for (__u32 i = 0; i < CUT_LEAF_MAX && i < leaf->count; i++) {
		const struct cut_entry *entry = cut_entry_at(search->tree, place);

		if (!entry || entry->order >= search->order)
			return;
		if (matches(entry, &search->key)) {
			search->order = entry->order;
			search->action = entry->action;
			search->slot = entry->slot;
			return;
		}
		place += cut_entry_size(search->key.pairs);
	}
}

/* One leaf. 1: nothing better can come, the search is over. */
static __always_inline long visit(struct search *search)
{
	const struct cut_node *leaf = descend(search);

	try_entries(search, leaf);
	search->at = leaf->next;
	return leaf->earliest >= search->order;
}

/* ---- given ------------------------------------------------------------------------ */

static long visit_next(__u32 number, struct search *search)
{
	return visit(search);
}

/* The first leaves without a loop: most packets see no more, and it is 10 ns faster. */
static __always_inline void find(struct search *search)
{
	if (visit(search))
		return;
	slow_motion(slow_us);
	if (visit(search))
		return;
	bpf_loop(CUT_LEAVES_MAX, visit_next, search, 0);
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

static __always_inline void judge(struct xdp_md *ctx, struct search *search)
{
	struct acl_key key;

	search->action = XDP_PASS;
	search->slot = ACL_SLOT_DEFAULT;
	switch (acl_read_key(ctx, &key)) {
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
	/* Once for a packet: all that it sees is of one generation. */
	search->tree = current_tree();
	if (!search->tree)
		return;
	search->action = search->tree->default_action;
	search->order = CUT_NONE;
	search->at = cut_read_key(search->tree, &key, &search->key);
	find(search);
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
