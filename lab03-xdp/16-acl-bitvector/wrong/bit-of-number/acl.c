// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Makes bit vectors of a list of rules, fills the tables of acl.bpf.c with them, and puts a
 * new list in the place of the old one, as a whole. The command itself is common/acl's.
 *
 *	acl load FILE; acl attach IFACE; acl check PACKET; acl stats
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/acl.h"
#include "common/acl/places.h"
#include "common/acl/tree.h"
#include "common/lab/lab.h"
#include "tables.h"
#include "vectors.h"
#include "acl.skel.h"

/* All there is for a list while it is made. Zeroed, there is nothing. */
struct build {
	const struct acl_rules *rules;
	struct acl_tree sources, destinations;
	struct vectors vectors;
	struct port_classes ports[PORTS];
	__u64 others[OTHERS];
	struct verdict verdicts[ACL_RULES_MAX];
};

/* ---- yours: the vector of a prefix ------------------------------------------------ */

/*
 * The rules that accept an address of which this is the longest prefix: a bit for each of
 * the node's rules, node->entries[0] to node->entries[node->count - 1] (common/acl/tree.h),
 * and those of parent, the vector of the prefix that covers this one. parent is NULL where
 * none does. Rule number n has bit n - 1.
 */
static void vector_of_prefix(struct vector *vector, const struct acl_node *node,
			     const struct vector *parent)
{
	*vector = (struct vector){};
	if (parent)
		*vector = *parent;
	for (__u32 i = 0; i < node->count; i++)
		set_bit(vector, node->entries[i].number);
}

/* ---- given: the other fields ------------------------------------------------------ */

/*
 * From port to port, the vector changes only at an edge: where a rule begins to accept, or no
 * longer does. Bit n has the edges 2 * n and 2 * n + 1. The edges at a port are a chain:
 * first[port] and next[edge] are the number of an edge, plus 1; 0 is the end.
 * side: where in a rule the range is.
 */
static int build_ports(struct build *build, size_t side, __u32 *(*class)(struct port_classes *))
{
	const struct acl_rules *rules = build->rules;
	__u32 *first = calloc(PORTS + 1, sizeof(*first));
	__u32 *next = calloc(2 * rules->count + 1, sizeof(*next));
	struct vector vector = {};
	__u32 last = 0;

	if (!first || !next) {
		free(first);
		free(next);
		return -ENOMEM;
	}
	for (__u32 edge = 0; edge < 2 * rules->count; edge++) {
		const struct acl_range *range = (const void *)&rules->rule[edge / 2] + side;
		__u32 port = edge % 2 ? range->hi + 1 : range->lo;

		next[edge] = first[port];
		first[port] = edge + 1;
	}
	for (__u32 port = 0; port < PORTS; port++) {
		for (__u32 edge = first[port]; edge; edge = next[edge - 1])
			flip_bit(&vector, (edge - 1) / 2);
		if (port == 0 || first[port])
			last = vectors_class(&build->vectors, &vector);
		*class(&build->ports[port]) = last;
	}
	free(first);
	free(next);
	return 0;
}

static __u32 *source_class(struct port_classes *classes)
{
	return &classes->source;
}

static __u32 *destination_class(struct port_classes *classes)
{
	return &classes->destination;
}

/*
 * The indexes from first to last - 1. any: has this rule no condition on the field? Else, set()
 * sets its bit in the vectors of the values that it accepts; vector[0] is that of index first.
 */
static int build_field(struct build *build, __u32 first, __u32 last,
		       bool (*any)(const struct acl_rule *),
		       void (*set)(struct vector *, const struct acl_rule *, __u32 bit))
{
	const struct acl_rules *rules = build->rules;
	struct vector *vectors = calloc(last - first, sizeof(*vectors));
	struct vector all = {};

	if (!vectors)
		return -ENOMEM;
	for (__u32 i = 0; i < rules->count; i++)
		if (any(&rules->rule[i]))
			set_bit(&all, i);
	for (__u32 index = first; index < last; index++)
		vectors[index - first] = all;
	for (__u32 i = 0; i < rules->count; i++)
		if (!any(&rules->rule[i]))
			set(vectors, &rules->rule[i], i);
	for (__u32 index = first; index < last; index++)
		build->others[index] = vectors_class(&build->vectors, &vectors[index - first]);
	free(vectors);
	return 0;
}

static bool any_protocol(const struct acl_rule *rule)
{
	return rule->proto == ACL_ANY;
}

static void set_protocol(struct vector *vector, const struct acl_rule *rule, __u32 bit)
{
	set_bit(&vector[rule->proto], bit);
}

static bool any_detail(const struct acl_rule *rule)
{
	return rule->icmp_type == ACL_ANY && !rule->flags_mask;
}

static bool accepts_detail(const struct acl_rule *rule, __u32 flags, __u32 type)
{
	return (flags & rule->flags_mask) == rule->flags_value &&
	       (rule->icmp_type == ACL_ANY || rule->icmp_type == type);
}

static void set_detail(struct vector *vector, const struct acl_rule *rule, __u32 bit)
{
	for (__u32 flags = 0; flags < ACL_NO_FLAGS; flags++)
		if (accepts_detail(rule, flags, ACL_NO_TYPE))
			set_bit(&vector[details_index(flags, ACL_NO_TYPE) - DETAILS], bit);
	for (__u32 type = 0; type <= ACL_NO_TYPE; type++)
		if (accepts_detail(rule, ACL_NO_FLAGS, type))
			set_bit(&vector[details_index(ACL_NO_FLAGS, type) - DETAILS], bit);
}

/* ---- given: maps ------------------------------------------------------------------- */

/* User space sees these arrays in its memory: no system call for each value. The fd, or -errno. */
static int new_array(const char *name, __u32 flags, size_t size, __u32 count, void **memory)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE | flags);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, sizeof(__u32), size, count, &opts);
	int err;

	if (fd < 0)
		return -errno;
	*memory = mmap(NULL, size * count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*memory == MAP_FAILED) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static int array_of(const char *name, size_t size, __u32 count, const void *values)
{
	void *memory;
	int fd = new_array(name, 0, size, count, &memory);

	if (fd < 0)
		return fd;
	memcpy(memory, values, size * count);
	munmap(memory, size * count);
	return fd;
}

/*
 * Moves the vectors into the table of vectors, which has room for so many more: those are
 * made in the table itself, and need not be copied. The fd, or -errno.
 */
static int vectors_map(struct vectors *vectors, __u32 more)
{
	__u32 room = vectors->count + more;
	void *memory;
	int fd = new_array("vectors", BPF_F_INNER_MAP, sizeof(struct vector), room, &memory);

	if (fd >= 0)
		vectors_move(vectors, memory, room);
	return fd;
}

/* The classes of the tree's prefixes, each after that of the prefix that covers it. */
static void classify(struct vectors *vectors, const struct acl_tree *tree, __u32 *classes)
{
	struct vector vector;

	for (__u32 i = 0; i < tree->count; i++) {
		const struct acl_node *node = &tree->nodes[i];
		const struct vector *parent = NULL;

		if (node->parent != ACL_TREE_NO_PARENT)
			parent = &vectors->vector[classes[node->parent]];
		vector_of_prefix(&vector, node, parent);
		classes[i] = vectors_class(vectors, &vector);
	}
}

/* The trie of a tree's prefixes; the fd, or -errno. */
static int trie_of(struct vectors *vectors, const struct acl_tree *tree)
{
	__u32 *classes = calloc(tree->count + 1, sizeof(*classes));
	int fd;

	if (!classes)
		return -ENOMEM;
	classify(vectors, tree, classes);
	fd = acl_tree_map(tree, classes, sizeof(*classes));
	free(classes);
	return fd;
}

/* ---- given, but for replace(): one list for another -------------------------------- */

/* All but the addresses. 0 or -ENOMEM. */
static int build_fields(struct build *build)
{
	int err;

	err = build_ports(build, offsetof(struct acl_rule, sport), source_class);
	if (!err)
		err = build_ports(build, offsetof(struct acl_rule, dport), destination_class);
	if (!err)
		err = build_field(build, 0, DETAILS, any_protocol, set_protocol);
	if (!err)
		err = build_field(build, DETAILS, OTHERS, any_detail, set_detail);
	for (size_t i = 0; i < build->rules->count; i++)
		build->verdicts[i] = (struct verdict){ build->rules->rule[i].action,
						       build->rules->rule[i].slot };
	return err;
}

/* The prefixes on both sides. 0 or -ENOMEM. */
static int build_trees(struct build *build)
{
	int err = 0;

	for (__u32 i = 0; !err && i < build->rules->count; i++) {
		const struct acl_rule *rule = &build->rules->rule[i];

		err = acl_tree_add(&build->sources, rule->family, &rule->src, i + 1);
		err = err ?: acl_tree_add(&build->destinations, rule->family, &rule->dst, i + 1);
	}
	err = err ?: acl_tree_link(&build->sources);
	return err ?: acl_tree_link(&build->destinations);
}

/* Yours. Makes these inner maps the ones that count, all of them in one step. 0 or -errno. */
static int replace(const struct acl_state *state, const struct acl_rules *rules,
		   const struct acl_inner *tables, size_t n)
{
	struct generation next = { .default_action = rules->default_action,
				   .words = (rules->count + 63) / 64 };
	int place = acl_place_idle(state);
	int err;

	if (place < 0)
		return place;
	next.place = place;
	err = acl_place_fill(state, place, tables, n);
	return err ?: acl_place_turn(state, &next, sizeof(next));
}

static int install_build(const struct acl_state *state, struct build *build)
{
	const struct acl_tree *src = &build->sources, *dst = &build->destinations;
	/* A prefix can bring one vector; those of all other fields are there. */
	int vectors = vectors_map(&build->vectors, src->count + dst->count);
	struct acl_inner tables[] = {
		{ "vectors", vectors },
		{ "sources", trie_of(&build->vectors, src) },
		{ "destinations", trie_of(&build->vectors, dst) },
		{ "ports", array_of("ports", sizeof(build->ports[0]), PORTS, build->ports) },
		{ "others", array_of("others", sizeof(build->others[0]), OTHERS, build->others) },
		{ "verdicts", array_of("verdicts", sizeof(build->verdicts[0]), ACL_RULES_MAX,
				       build->verdicts) },
	};
	const size_t n = sizeof(tables) / sizeof(tables[0]);
	int err = 0;

	for (size_t i = 0; i < n; i++)
		if (tables[i].fd < 0 && !err)
			err = lab_fail(tables[i].fd, "cannot make the map for %s: %s",
				       tables[i].outer, strerror(-tables[i].fd));
	if (!err)
		err = replace(state, build->rules, tables, n);
	/* In their places the kernel keeps them. */
	for (size_t i = 0; i < n; i++)
		if (tables[i].fd >= 0)
			close(tables[i].fd);
	return err;
}

static int install(const struct acl_state *state, const struct acl_rules *rules)
{
	struct build *build = calloc(1, sizeof(*build));
	int err;

	if (!build)
		return -ENOMEM;
	build->rules = rules;
	err = vectors_init(&build->vectors, rules->count);
	if (!err)
		err = build_fields(build);
	if (!err)
		err = build_trees(build);
	if (!err)
		err = install_build(state, build);
	acl_tree_free(&build->sources);
	acl_tree_free(&build->destinations);
	vectors_free(&build->vectors);
	free(build);
	return err;
}

int main(int argc, char **argv)
{
	static const struct acl_engine engine = {
		.name = "acl-bitvector",
		.about = "it joins bit vectors, one for each field of a packet.",
		.rules_max = ACL_RULES_MAX,
		.object = acl_bpf__elf_bytes,
		.install = install,
	};

	return acl_tool_main(argc, argv, &engine);
}
