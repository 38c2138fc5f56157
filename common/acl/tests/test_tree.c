// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The tree of prefixes against a search through all of them, one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/acl/tree.h"

static struct acl_prefix prefix4(__u32 address, __u32 length)
{
	struct acl_prefix prefix = { .address = { htonl(address) }, .length = length };

	acl_prefix_trim(&prefix, 4);
	return prefix;
}

static void an_empty_tree(void **state)
{
	struct acl_tree tree = {};

	(void)state;
	assert_int_equal(acl_tree_link(&tree), 0);
	assert_int_equal(tree.count, 0);
	acl_tree_free(&tree);
}

static void parents_and_their_rules(void **state)
{
	/* In the order of the tree; 10.1/16 comes from two rules. */
	const struct acl_prefix prefixes[] = {
		prefix4(0x0a000000, 8),	 prefix4(0x0a010000, 16), prefix4(0x0a010203, 32),
		prefix4(0x0a020000, 16), prefix4(0x0b000000, 8),
	};
	const __u32 parents[] = { ACL_TREE_NO_PARENT, 0, 1, 0, ACL_TREE_NO_PARENT };
	struct acl_tree tree = {};

	(void)state;
	for (int i = 4; i >= 0; i--)
		assert_int_equal(acl_tree_add(&tree, 4, &prefixes[i], 10 + i), 0);
	assert_int_equal(acl_tree_add(&tree, 4, &prefixes[1], 7), 0);
	assert_int_equal(acl_tree_link(&tree), 0);
	assert_int_equal(tree.count, 5);
	for (int i = 0; i < 5; i++) {
		const struct acl_node *node = &tree.nodes[i];

		assert_memory_equal(&node->entries->prefix, &prefixes[i], sizeof(prefixes[i]));
		assert_int_equal(node->parent, parents[i]);
		assert_int_equal(node->count, i == 1 ? 2 : 1);
		assert_int_equal(node->entries->number, i == 1 ? 7 : 10 + i);
	}
	assert_int_equal(tree.nodes[1].entries[1].number, 11);
	acl_tree_free(&tree);
}

static void families_are_apart(void **state)
{
	struct acl_prefix any = {}, some = prefix4(0x20010000, 16);
	struct acl_tree tree = {};

	(void)state;
	assert_int_equal(acl_tree_add(&tree, 6, &some, 2), 0);
	assert_int_equal(acl_tree_add(&tree, 0, &any, 1), 0);
	assert_int_equal(acl_tree_add(&tree, 4, &some, 3), 0);
	assert_int_equal(acl_tree_link(&tree), 0);
	assert_int_equal(tree.count, 4);
	for (__u32 i = 0; i < 4; i++) {
		assert_int_equal(tree.nodes[i].entries->family, i < 2 ? 4 : 6);
		assert_int_equal(tree.nodes[i].parent, i % 2 ? i - 1 : ACL_TREE_NO_PARENT);
	}
	acl_tree_free(&tree);
}

static bool covers(const struct acl_entry *a, const struct acl_entry *b)
{
	struct acl_prefix cut = b->prefix;

	cut.length = a->prefix.length;
	acl_prefix_trim(&cut, b->family);
	return a->family == b->family && a->prefix.length <= b->prefix.length &&
	       memcmp(&cut, &a->prefix, sizeof(cut)) == 0;
}

/* The longest other prefix that covers node i. */
static __u32 parent_of(const struct acl_tree *tree, __u32 i)
{
	__u32 best = ACL_TREE_NO_PARENT;

	for (__u32 j = 0; j < tree->count; j++) {
		const struct acl_entry *entry = tree->nodes[j].entries;

		if (j == i || !covers(entry, tree->nodes[i].entries))
			continue;
		if (best == ACL_TREE_NO_PARENT ||
		    tree->nodes[best].entries->prefix.length < entry->prefix.length)
			best = j;
	}
	return best;
}

/* Few bits differ, so that prefixes cover one another often. */
static struct acl_prefix random_prefix(unsigned int *seed, int family)
{
	struct acl_prefix prefix = { .length = rand_r(seed) % (family == 4 ? 33 : 129) };

	for (int word = 0; word < (family == 4 ? 1 : 4); word++)
		prefix.address[word] = htonl(1U << rand_r(seed) % 32 | 1U << rand_r(seed) % 32);
	acl_prefix_trim(&prefix, family);
	return prefix;
}

static void random_prefixes(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct acl_tree tree = {};
		__u32 rules = 0;

		for (__u32 number = 1; number <= 300; number++) {
			int family = rand_r(&seed) % 2 ? 4 : 6;
			struct acl_prefix prefix = random_prefix(&seed, family);

			assert_int_equal(acl_tree_add(&tree, family, &prefix, number), 0);
		}
		assert_int_equal(acl_tree_link(&tree), 0);
		for (__u32 i = 0; i < tree.count; i++) {
			assert_int_equal(tree.nodes[i].parent, parent_of(&tree, i));
			assert_true(tree.nodes[i].parent == ACL_TREE_NO_PARENT ||
				    tree.nodes[i].parent < i);
			rules += tree.nodes[i].count;
		}
		assert_int_equal(rules, 300);
		acl_tree_free(&tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_tree),
		cmocka_unit_test(parents_and_their_rules),
		cmocka_unit_test(families_are_apart),
		cmocka_unit_test(random_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
