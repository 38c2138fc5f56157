/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The prefixes of a list as a tree: each hangs below the longest other one that covers
 * it. Who fills a trie needs it: there an address finds its longest prefix only, so
 * what the shorter ones say must be written there, too.
 *
 *	struct acl_tree tree = {};
 *
 *	for each rule
 *		err = err ?: acl_tree_add(&tree, rule->family, &rule->src, number);
 *	err = err ?: acl_tree_link(&tree);
 *	for (size_t i = 0; !err && i < tree.count; i++)
 *		... tree.nodes[i]; its parent, if it has one, came before it
 *	acl_tree_free(&tree);
 */
#ifndef ACL_TREE_H
#define ACL_TREE_H

#include "common/acl/acl.h"
#include "common/bpf/acl_trie.h"

#define ACL_TREE_NO_PARENT (~0U)

/* How many prefixes a list may have on one side: a rule for both families has two. */
#define ACL_TREE_PREFIXES (2 * ACL_RULES_MAX)

/* A prefix as it was added for one rule. */
struct acl_entry {
	struct acl_prefix prefix;
	__u32 family; /* 4 or 6 */
	__u32 number; /* of the rule */
};

/* A prefix, and all rules that it was added for. */
struct acl_node {
	const struct acl_entry *entries; /* the lowest number first */
	__u32 count;			 /* of entries, at least 1 */
	__u32 parent; /* index of the longest prefix that covers it, or ACL_TREE_NO_PARENT */
};

struct acl_tree {
	struct acl_node *nodes;
	__u32 count; /* of nodes */

	/* Its own: */
	struct acl_entry *entries;
	__u32 added, room;
};

/* The prefix's host bits must be 0, as a rule's are. family 0: in both. 0 or -ENOMEM. */
int acl_tree_add(struct acl_tree *tree, int family, const struct acl_prefix *prefix, __u32 number);

/* Makes the nodes. Once for a tree, after the last acl_tree_add(). 0 or -ENOMEM. */
int acl_tree_link(struct acl_tree *tree);

/*
 * A new BPF_MAP_TYPE_LPM_TRIE with a key, a struct acl_trie_key, for each node. values has
 * one of size bytes for each. The flags are BPF_F_NO_PREALLOC, max_entries is
 * ACL_TREE_PREFIXES. The fd is the caller's; -errno.
 */
int acl_tree_map(const struct acl_tree *tree, const void *values, size_t size);

/* It may be added to again afterwards. */
void acl_tree_free(struct acl_tree *tree);

#endif
