/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * From a list of rules to a decision tree for lab03-xdp/17-acl-fast. What a tree is
 * made of is in common/bpf/acl_cut.h.
 */
#ifndef ACL_CUT_H
#define ACL_CUT_H

#include "common/acl/acl.h"
#include "common/bpf/acl_cut.h"

/* What became of a list; for IPv4 and IPv6 together. */
struct cut_stats {
	__u32 nodes;
	__u32 entries; /* a rule for both families has one in each tree */
	__u32 depth;   /* cuts from a root to a leaf, at most */
	__u32 leaves;  /* that a packet may have to see, at most */
	size_t bytes;  /* of the tree that are in use */
};

/*
 * Fills *tree, all of it, from a list whose rules have their slots. Any list of up to
 * ACL_RULES_MAX rules fits; more are -E2BIG. stats may be NULL. After an error the
 * tree's content means nothing.
 */
int cut_build(struct cut_tree *tree, const struct acl_rules *rules, struct cut_stats *stats);

/* ---- between cut.c and cut_choose.c ---------------------------------------------- */

/*
 * A rule as bits: what it wants to see in a packet's words. mask: the bits that it
 * asks for; value has 0 elsewhere. A range of ports asks for the bits that all of
 * its numbers share: it may accept too much, so that leaves compare ports again.
 */
struct cut_item {
	__u32 value[2 * CUT_PAIRS_IPV6];
	__u32 mask[2 * CUT_PAIRS_IPV6];
};

/* Which bits to look at. */
struct cut_window {
	unsigned int word;
	unsigned int shift;
	__u32 mask;
};

/* An item's bits in a window. false: it leaves some of them open. */
static inline bool cut_bits_of(const struct cut_window *window, const struct cut_item *item,
			       __u32 *bits)
{
	*bits = item->value[window->word] >> window->shift & window->mask;
	return (item->mask[window->word] >> window->shift & window->mask) == window->mask;
}

/*
 * The best window to tell apart the items whose numbers are listed; words: how many
 * words of each are used. false: a linear search is no slower.
 */
bool cut_choose(const struct cut_item *items, const __u32 *numbers, __u32 count, unsigned int words,
		struct cut_window *window);

#endif /* ACL_CUT_H */
