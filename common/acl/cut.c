// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Builds the decision tree of lab03-xdp/17-acl-fast (cut.h): what a node is, and where
 * the search goes on. Which bits a cut looks at is in cut_choose.c.
 *
 * Time and memory stay within bounds for every list: no rule is in two leaves of a
 * tree, so that entries are never more than rules; and where nothing tells rules
 * apart, or nodes run short, leaves follow one another, which is a linear search.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/cut.h"
#include "common/lab/lab.h"

enum {
	/* Kept back, so that all rules find a leaf, without any further cut. */
	NODES_FOR_LEAVES = 2 * ACL_RULES_MAX / CUT_LEAF_MAX,
};

/* A subtree still to be built: its rules are count numbers from `from` on. */
struct task {
	__u32 node, from, count;
	__u32 next;	/* where all of its leaves go on; 0: nowhere */
	__u16 earliest; /* the lowest order from there on */
	__u16 depth;	/* cuts above it */
	__u32 root;	/* of the tree it belongs to */
};

struct build {
	const struct acl_rules *rules;
	struct cut_tree *tree;
	struct cut_stats stats;
	__u32 data; /* where the next entry goes */

	/* For one family at a time. */
	__u32 pairs;
	struct cut_item items[ACL_RULES_MAX];
	__u16 order[ACL_RULES_MAX];   /* which rule an item is */
	__u32 numbers[ACL_RULES_MAX]; /* of items, grouped by subtree; within one, ascending */
	__u32 spare[ACL_RULES_MAX];

	/* A stack: a subtree's tasks are done before those that were there earlier. */
	struct task tasks[CUT_NODES];
	__u32 task_count;
	/* Of a root: how many leaves a packet may see from here on, and cuts down to a leaf. */
	__u32 leaves[CUT_NODES];
	__u16 cuts[CUT_NODES];
};

/* ---- rules as bits -------------------------------------------------------------- */

/* The bits that lo and hi, of 16 bits, have in common from the first one on. */
static __u32 common_bits(const struct acl_range *range)
{
	__u32 mask = 0xffff;

	if (range->hi >= ACL_NO_PORT)
		return 0;
	for (__u32 differ = range->lo ^ range->hi; differ; differ >>= 1)
		mask = mask << 1 & 0xffff;
	return mask;
}

static void item_address(struct cut_item *item, unsigned int word, const struct acl_prefix *prefix,
			 int family)
{
	__be32 mask[4];

	acl_prefix_mask(prefix, family, mask);
	for (int i = 0; i < (family == 4 ? 1 : 4); i++) {
		item->mask[word + i] = ntohl(mask[i]);
		item->value[word + i] = ntohl(prefix->address[i] & mask[i]);
	}
}

static void item_init(struct cut_item *item, const struct acl_rule *rule, int family)
{
	__u32 sport = common_bits(&rule->sport), dport = common_bits(&rule->dport);

	memset(item, 0, sizeof(*item));
	item->mask[CUT_PORTS] = sport << 16 | dport;
	item->value[CUT_PORTS] = (rule->sport.lo & sport) << 16 | (rule->dport.lo & dport);
	if (rule->proto != ACL_ANY) {
		item->mask[CUT_REST] |= 0xff;
		item->value[CUT_REST] |= rule->proto;
	}
	if (rule->icmp_type != ACL_ANY) {
		item->mask[CUT_REST] |= 0x1ff << CUT_TYPE;
		item->value[CUT_REST] |= (__u32)rule->icmp_type << CUT_TYPE;
	}
	item->mask[CUT_REST] |= (__u32)rule->flags_mask << CUT_FLAGS;
	item->value[CUT_REST] |= (__u32)rule->flags_value << CUT_FLAGS;
	item_address(item, CUT_SRC, &rule->src, family);
	item_address(item, CUT_SRC + (family == 4 ? 1 : 4), &rule->dst, family);
}

/* Takes the rules that packets of this family can meet. Returns how many. */
static __u32 take_family(struct build *build, int family)
{
	__u32 count = 0;

	build->pairs = family == 4 ? CUT_PAIRS_IPV4 : CUT_PAIRS_IPV6;
	for (size_t i = 0; i < build->rules->count; i++) {
		const struct acl_rule *rule = &build->rules->rule[i];

		if (rule->family && rule->family != family)
			continue;
		item_init(&build->items[count], rule, family);
		build->order[count] = i;
		build->numbers[count] = count;
		count++;
	}
	return count;
}

/* ---- leaves --------------------------------------------------------------------- */

static void put_entry(struct build *build, __u32 number)
{
	const struct acl_rule *rule = &build->rules->rule[build->order[number]];
	struct cut_entry *entry = cut_entry_at(build->tree, build->data);
	const struct cut_item *item = &build->items[number];

	*entry = (struct cut_entry){
		.order = build->order[number],
		.slot = rule->slot,
		.action = rule->action,
		.sport_lo = rule->sport.lo,
		.sport_hi = rule->sport.hi,
		.dport_lo = rule->dport.lo,
		.dport_hi = rule->dport.hi,
	};
	/* As a key's words are, so that a pair of words is the same number. */
	for (__u32 i = 0; i < build->pairs; i++) {
		memcpy(&entry->bits[i].mask, &item->mask[2 * i], sizeof(__u64));
		memcpy(&entry->bits[i].value, &item->value[2 * i], sizeof(__u64));
	}
	build->data += cut_entry_size(build->pairs);
	build->stats.entries++;
}

/* The end of a way down: so many cuts from the root, and so many leaves from here on. */
static void way_ends(struct build *build, const struct task *task, __u32 cuts, __u32 leaves)
{
	if (build->leaves[task->root] < leaves)
		build->leaves[task->root] = leaves;
	if (build->cuts[task->root] < cuts)
		build->cuts[task->root] = cuts;
	if (build->stats.leaves < leaves)
		build->stats.leaves = leaves;
	if (build->stats.depth < cuts)
		build->stats.depth = cuts;
}

/* As many leaves as it takes, one behind the other; made from the last to the first. */
static void make_leaves(struct build *build, const struct task *task)
{
	__u32 next = task->next, left = task->count, leaves = build->leaves[next];
	const __u32 *numbers = &build->numbers[task->from];
	__u16 earliest = task->earliest;

	while (left) {
		__u32 count = (left - 1) % CUT_LEAF_MAX + 1;
		__u32 node = left > CUT_LEAF_MAX ? build->stats.nodes++ : task->node;

		left -= count;
		build->tree->node[node] = (struct cut_node){
			.first = build->data,
			.next = next,
			.count = count,
			.earliest = earliest,
		};
		for (__u32 i = 0; i < count; i++)
			put_entry(build, numbers[left + i]);
		next = node;
		leaves++;
		if (build->order[numbers[left]] < earliest)
			earliest = build->order[numbers[left]];
	}
	way_ends(build, task, task->depth, leaves);
}

/*
 * A child without rules is what would come after it, at once. That may be a cut, and
 * the way down goes on; where it would be too long it is an empty leaf.
 */
static void make_empty(struct build *build, const struct task *task)
{
	__u32 cuts = task->depth + build->cuts[task->next], leaves = build->leaves[task->next];
	struct cut_node *node = &build->tree->node[task->node];

	if (cuts <= CUT_DEPTH_MAX) {
		*node = build->tree->node[task->next];
		way_ends(build, task, cuts, leaves);
	} else {
		*node = (struct cut_node){ .next = task->next, .earliest = task->earliest };
		way_ends(build, task, task->depth, leaves + 1);
	}
}

/* ---- cuts ----------------------------------------------------------------------- */

/*
 * Sorts a task's numbers by child, what is set aside at the end; in each group their
 * order stays. counts: how many there are in each, the last one is for those aside.
 */
static void sort_out(struct build *build, const struct task *task, const struct cut_window *window,
		     __u32 counts[(1 << CUT_WIDTH_MAX) + 1])
{
	__u32 place[(1 << CUT_WIDTH_MAX) + 1], children = window->mask + 1, at = 0, child;
	__u32 *numbers = &build->numbers[task->from];

	memset(counts, 0, (children + 1) * sizeof(*counts));
	for (__u32 i = 0; i < task->count; i++) {
		bool asked = cut_bits_of(window, &build->items[numbers[i]], &child);

		counts[asked ? child : children]++;
	}
	for (child = 0; child <= children; child++) {
		place[child] = at;
		at += counts[child];
	}
	memcpy(build->spare, numbers, task->count * sizeof(*numbers));
	for (__u32 i = 0; i < task->count; i++) {
		bool asked = cut_bits_of(window, &build->items[build->spare[i]], &child);

		numbers[place[asked ? child : children]++] = build->spare[i];
	}
}

static void push(struct build *build, struct task task)
{
	build->tasks[build->task_count++] = task;
}

static void make_cut(struct build *build, const struct task *task, const struct cut_window *window)
{
	__u32 counts[(1 << CUT_WIDTH_MAX) + 1], children = window->mask + 1, aside;
	struct task child = *task, other = *task;

	sort_out(build, task, window, counts);
	aside = counts[children];
	other.from = task->from + task->count - aside;
	other.count = aside;
	if (aside) {
		/* A tree of its own: where this one's leaves go on. */
		other.node = other.root = build->stats.nodes++;
		other.depth = 0;
		build->leaves[other.root] = build->cuts[other.root] = 0;
		child.next = other.node;
		if (build->order[build->numbers[other.from]] < child.earliest)
			child.earliest = build->order[build->numbers[other.from]];
	}
	build->tree->node[task->node] = (struct cut_node){
		.first = build->stats.nodes,
		.mask = window->mask,
		.word = window->word,
		.shift = window->shift,
	};
	child.depth++;
	for (__u32 i = 0; i < children; i++) {
		child.node = build->stats.nodes++;
		child.count = counts[i];
		push(build, child);
		child.from += counts[i];
	}
	/* Last in, first out: it is complete when the children refer to it. */
	if (aside)
		push(build, other);
}

static void build_node(struct build *build, const struct task *task)
{
	const __u32 *numbers = &build->numbers[task->from];
	struct cut_window window;

	if (task->count == 0)
		make_empty(build, task);
	else if (task->count > CUT_LEAF_MAX && task->depth < CUT_DEPTH_MAX &&
		 cut_choose(build->items, numbers, task->count, 2 * build->pairs, &window) &&
		 build->stats.nodes + window.mask + 2 <= CUT_NODES - NODES_FOR_LEAVES)
		make_cut(build, task, &window);
	else
		make_leaves(build, task);
}

static __u32 build_family(struct build *build, int family)
{
	__u32 count = take_family(build, family), root = build->stats.nodes++;
	struct task task;

	build->leaves[root] = build->cuts[root] = 0;
	push(build,
	     (struct task){ .node = root, .count = count, .earliest = CUT_NONE, .root = root });
	while (build->task_count) {
		task = build->tasks[--build->task_count];
		build_node(build, &task);
	}
	return root;
}

int cut_build(struct cut_tree *tree, const struct acl_rules *rules, struct cut_stats *stats)
{
	struct build *build;
	int err = 0;

	if (rules->count > ACL_RULES_MAX)
		return lab_fail(-E2BIG, "%zu rules are more than %d", rules->count, ACL_RULES_MAX);
	build = calloc(1, sizeof(*build));
	if (!build)
		return -ENOMEM;
	build->rules = rules;
	build->tree = tree;
	/* Node 0 is an empty leaf: no way goes on there. */
	memset(tree, 0, sizeof(*tree));
	tree->default_action = rules->default_action;
	tree->node[0].earliest = CUT_NONE;
	build->stats.nodes = 1;
	tree->root[0] = build_family(build, 4);
	tree->root[1] = build_family(build, 6);
	build->stats.bytes = build->stats.nodes * sizeof(*tree->node) + build->data * sizeof(__u64);
	if (build->stats.leaves > CUT_LEAVES_MAX)
		err = lab_fail(-E2BIG,
			       "the rules are too much alike: a packet would have to see %u leaves,"
			       " at most %d are possible",
			       build->stats.leaves, CUT_LEAVES_MAX);
	if (stats)
		*stats = build->stats;
	free(build);
	return err;
}
