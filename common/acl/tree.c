// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The tree of prefixes. Sorted by family, address and length, a prefix stands behind all
 * that cover it, and those that it covers stand right behind it. So one walk over the
 * sorted list, up from the one before, finds every parent.
 */
#include "common/acl/tree.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(struct acl_tree *tree, const struct acl_entry *entry)
{
	if (tree->added == tree->room) {
		__u32 room = tree->room ? 2 * tree->room : 64;
		struct acl_entry *more = realloc(tree->entries, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		tree->entries = more;
		tree->room = room;
	}
	tree->entries[tree->added++] = *entry;
	return 0;
}

int acl_tree_add(struct acl_tree *tree, int family, const struct acl_prefix *prefix, __u32 number)
{
	struct acl_entry entry = { .prefix = *prefix, .family = family, .number = number };
	int err;

	if (family)
		return add(tree, &entry);
	entry.family = 4;
	err = add(tree, &entry);
	entry.family = 6;
	return err ?: add(tree, &entry);
}

static int compare_prefixes(const struct acl_entry *a, const struct acl_entry *b)
{
	int order = (a->family > b->family) - (a->family < b->family);

	order = order ?: memcmp(a->prefix.address, b->prefix.address, sizeof(a->prefix.address));
	return order
		       ?: (a->prefix.length > b->prefix.length) -
				  (a->prefix.length < b->prefix.length);
}

static int compare(const void *left, const void *right)
{
	const struct acl_entry *a = left, *b = right;

	return compare_prefixes(a, b) ?: (a->number > b->number) - (a->number < b->number);
}

static bool covers(const struct acl_entry *a, const struct acl_entry *b)
{
	__u32 words = a->prefix.length / 32, rest = a->prefix.length % 32;
	__u32 differ;

	if (a->family != b->family || a->prefix.length > b->prefix.length ||
	    memcmp(a->prefix.address, b->prefix.address, words * sizeof(__be32)) != 0)
		return false;
	differ = rest ? ntohl(a->prefix.address[words] ^ b->prefix.address[words]) : 0;
	return rest == 0 || differ >> (32 - rest) == 0;
}

int acl_tree_link(struct acl_tree *tree)
{
	struct acl_entry *entries = tree->entries;
	struct acl_node *nodes;
	__u32 last = ACL_TREE_NO_PARENT;

	if (!tree->added)
		return 0;
	nodes = tree->nodes = calloc(tree->added, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	qsort(entries, tree->added, sizeof(*entries), compare);

	for (__u32 i = 0; i < tree->added; i++) {
		if (i && compare_prefixes(&entries[i - 1], &entries[i]) == 0) {
			nodes[last].count++;
			continue;
		}
		while (last != ACL_TREE_NO_PARENT && !covers(nodes[last].entries, &entries[i]))
			last = nodes[last].parent;
		nodes[tree->count] =
			(struct acl_node){ .entries = &entries[i], .count = 1, .parent = last };
		last = tree->count++;
	}
	return 0;
}

int acl_tree_map(const struct acl_tree *tree, const void *values, size_t size)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	struct acl_trie_key *keys = calloc(tree->count + 1, sizeof(*keys));
	__u32 count = tree->count;
	int fd, err = 0;

	if (!keys)
		return -ENOMEM;
	for (__u32 i = 0; i < count; i++) {
		const struct acl_entry *entry = tree->nodes[i].entries;

		keys[i].bits = ACL_FAMILY_BITS + entry->prefix.length;
		keys[i].family = entry->family;
		memcpy(keys[i].address, entry->prefix.address, sizeof(keys[i].address));
	}
	fd = bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "prefixes", sizeof(*keys), size,
			    ACL_TREE_PREFIXES, &opts);
	if (fd < 0)
		err = -errno;
	else if (count && bpf_map_update_batch(fd, keys, values, &count, NULL))
		err = -errno;
	free(keys);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

void acl_tree_free(struct acl_tree *tree)
{
	free(tree->entries);
	free(tree->nodes);
	*tree = (struct acl_tree){};
}
