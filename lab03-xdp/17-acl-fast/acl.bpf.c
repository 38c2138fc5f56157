// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access control list as a decision tree: a packet's bits say where in the tree its
 * rules are, and only these are compared. The first rule of the list that matches
 * decides whether the packet is dropped, and counts it. The loader may replace the
 * tree at any moment.
 *
 * So far it finds no rule: the default decides about every packet. TODO 1 to 4 are
 * yours; the rest is done.
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

	/*
	 * TODO 3: as long as the node is a cut, take the word of the key that it names,
	 * shift it, apply the mask: that many nodes behind node->first is the child to go
	 * to. At most CUT_DEPTH_MAX times. Numbers from the map may be anything, to the
	 * verifier: "& (CUT_NODES - 1)" and "& (CUT_WORDS - 1)" hold them within bounds, and
	 * so does "& 31", which some kernels' verifiers want to see.
	 */
	return node;
}

/* Does the packet meet all conditions of the entry? */
static __always_inline bool matches(const struct cut_entry *entry, const struct cut_key *key)
{
	/*
	 * TODO 1: a pair of the key's words fits when it equals the entry's value in all
	 * bits of the entry's mask. Compare as many pairs as the key has (key->pairs; some
	 * kernels' verifiers want to see that it is no more than CUT_PAIRS_IPV6). Then both
	 * ports: the ends of a range belong to it.
	 */
	return false;
}

/* Of the leaf's entries, the first one that matches, if it is better than the best so far. */
static __always_inline void try_entries(struct search *search, const struct cut_node *leaf)
{
	/*
	 * TODO 2: the leaf has leaf->count entries, no more than CUT_LEAF_MAX, the
	 * earlier rules first. The first one is at the place leaf->first: cut_entry_at(),
	 * the next one cut_entry_size() behind it. Stop at one that is no better than
	 * search->order. One that matches becomes the best: its order, action and slot.
	 * So far only the first one is looked at, and nothing is done about it.
	 */
	const struct cut_entry *entry = cut_entry_at(search->tree, leaf->first);

	if (!entry || !matches(entry, &search->key))
		return;
}

/* One leaf. 1: nothing better can come, the search is over. */
static __always_inline long visit(struct search *search)
{
	const struct cut_node *leaf = descend(search);

	try_entries(search, leaf);
	/*
	 * TODO 4: the search goes on at leaf->next. It is over when the earliest rule
	 * that is there is no better than the best so far.
	 */
	return 1;
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
