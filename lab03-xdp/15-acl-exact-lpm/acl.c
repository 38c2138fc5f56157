// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Fills the tables of acl.bpf.c from a list of rules, and puts a new list in the place of
 * the old one, as a whole. The command itself is common/acl's.
 *
 *	acl load FILE; acl attach IFACE; acl check PACKET; acl stats
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/acl.h"
#include "common/acl/places.h"
#include "common/acl/tree.h"
#include "common/lab/lab.h"
#include "tables.h"
#include "acl.skel.h"

/* ---- given: which rules fit into the tables --------------------------------- */

enum kind {
	EXACT,
	SOURCE,
	DESTINATION,
	NONE, /* it fits into no table */
};

static bool any_port(const struct acl_range *range)
{
	return range->lo == 0 && range->hi == ACL_NO_PORT;
}

static bool one_port(const struct acl_range *range)
{
	return range->lo == range->hi && range->hi < ACL_NO_PORT;
}

/* *why: what keeps it out of all tables. */
static enum kind kind_of(const struct acl_rule *rule, const char **why)
{
	__u32 whole = rule->family == 4 ? 32 : 128;
	bool addresses = rule->family && rule->src.length == whole && rule->dst.length == whole;

	*why = "it asks for TCP flags";
	if (rule->flags_mask)
		return NONE;
	*why = "it asks for an ICMP type";
	if (rule->icmp_type != ACL_ANY)
		return NONE;
	if (rule->proto == ACL_ANY && any_port(&rule->sport) && any_port(&rule->dport)) {
		*why = "it asks for a source and a destination, but for no ports";
		if (rule->src.length && rule->dst.length)
			return NONE;
		return rule->dst.length ? DESTINATION : SOURCE;
	}
	*why = "with a protocol or ports, both addresses must be single ones";
	if (!addresses)
		return NONE;
	*why = "an exact rule asks for tcp or udp, and for one port on each side";
	if ((rule->proto != IPPROTO_TCP && rule->proto != IPPROTO_UDP) || !one_port(&rule->sport) ||
	    !one_port(&rule->dport))
		return NONE;
	return EXACT;
}

static bool is(const struct acl_rules *rules, size_t i, enum kind kind)
{
	const char *why;

	return kind_of(&rules->rule[i], &why) == kind;
}

/* Says no to the first rule that fits into no table. */
static int check(const struct acl_rules *rules)
{
	const char *why;

	for (size_t i = 0; i < rules->count; i++)
		if (kind_of(&rules->rule[i], &why) == NONE)
			return acl_refuse(rules, i, "neither an exact rule nor a single prefix: %s",
					  why);
	return 0;
}

/* What a table answers for rule number n. */
static struct answer answer_of(const struct acl_rules *rules, __u32 number)
{
	const struct acl_rule *rule = &rules->rule[number - 1];

	return (struct answer){ .number = number, .action = rule->action, .slot = rule->slot };
}

/* ---- given: the table of connections ------------------------------------------ */

/* The key of a packet that this rule fits. */
static struct acl_key connection_of(const struct acl_rule *rule)
{
	struct acl_key key = {
		.sport = rule->sport.lo,
		.dport = rule->dport.lo,
		.icmp_type = ACL_NO_TYPE,
		.tcp_flags = ACL_NO_FLAGS,
		.proto = rule->proto,
		.family = rule->family,
	};

	memcpy(key.src, rule->src.address, sizeof(key.src));
	memcpy(key.dst, rule->dst.address, sizeof(key.dst));
	return key;
}

/* A new map with these entries; the fd, or -errno. */
static int hash_of(const struct acl_key *keys, const struct answer *answers, __u32 count)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "connections", sizeof(*keys), sizeof(*answers),
				ACL_RULES_MAX, NULL);
	int err;

	if (fd < 0)
		return -errno;
	if (!count || !bpf_map_update_batch(fd, keys, answers, &count, NULL))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* The same of all exact rules, from the last to the first: an earlier rule replaces a later one. */
static int build_connections(const struct acl_rules *rules)
{
	struct answer *answers = calloc(rules->count + 1, sizeof(*answers));
	struct acl_key *keys = calloc(rules->count + 1, sizeof(*keys));
	int fd = -ENOMEM;
	__u32 count = 0;

	for (size_t i = rules->count; keys && answers && i-- > 0;) {
		if (!is(rules, i, EXACT))
			continue;
		keys[count] = connection_of(&rules->rule[i]);
		answers[count++] = answer_of(rules, i + 1);
	}
	if (keys && answers)
		fd = hash_of(keys, answers, count);
	free(keys);
	free(answers);
	return fd;
}

/* ---- yours: the tables of prefixes -------------------------------------------- */

/*
 * What each prefix of the tree answers: the rule with the lowest number of those whose
 * prefix is this one or covers it. answers has room for tree->count of them.
 */
static void answer_prefixes(const struct acl_rules *rules, const struct acl_tree *tree,
			    struct answer *answers)
{
	for (__u32 i = 0; i < tree->count; i++) {
		answers[i] = answer_of(rules, tree->nodes[i].entries->number);
		/*
		 * TODO 4: the node tree->nodes[i].parent, unless it is ACL_TREE_NO_PARENT, is the
		 * next shorter prefix that covers this one. Its answer is known already.
		 */
	}
}

/* ---- given: and into the kernel ------------------------------------------------ */

/* The trie of the rules of one kind, SOURCE or DESTINATION; the fd, or -errno. */
static int build_prefixes(const struct acl_rules *rules, enum kind kind)
{
	struct answer *answers = NULL;
	struct acl_tree tree = {};
	int err = 0;

	for (size_t i = 0; !err && i < rules->count; i++) {
		const struct acl_rule *rule = &rules->rule[i];

		if (is(rules, i, kind))
			err = acl_tree_add(&tree, rule->family,
					   kind == SOURCE ? &rule->src : &rule->dst, i + 1);
	}
	if (!err)
		err = acl_tree_link(&tree);
	if (!err) {
		answers = calloc(tree.count + 1, sizeof(*answers));
		err = answers ? 0 : -ENOMEM;
	}
	if (!err) {
		answer_prefixes(rules, &tree, answers);
		err = acl_tree_map(&tree, answers, sizeof(*answers));
	}
	free(answers);
	acl_tree_free(&tree);
	return err;
}

/* ---- yours: one list for another ------------------------------------------------ */

/* Makes these inner maps the ones that count, all of them in one step. 0 or -errno. */
static int replace(const struct acl_state *state, const struct acl_inner *tables, size_t n,
		   __u32 default_action)
{
	struct generation next = { .default_action = default_action };
	int err;

	/*
	 * TODO 5: place 0 is in use, too, while it is filled. Take the place that is not,
	 * acl_place_idle(state): it may return an error. Fill that one, put its number into
	 * next.place, and turn.
	 */
	err = acl_place_fill(state, 0, tables, n);
	return err ?: acl_place_turn(state, &next, sizeof(next));
}

/* ---- given: the whole ------------------------------------------------------------ */

static int install(const struct acl_state *state, const struct acl_rules *rules)
{
	struct acl_inner tables[] = {
		{ "exact", build_connections(rules) },
		{ "sources", build_prefixes(rules, SOURCE) },
		{ "destinations", build_prefixes(rules, DESTINATION) },
	};
	const size_t n = sizeof(tables) / sizeof(tables[0]);
	int err = 0;

	for (size_t i = 0; i < n; i++)
		if (tables[i].fd < 0 && !err)
			err = lab_fail(tables[i].fd, "cannot make the map for %s: %s",
				       tables[i].outer, strerror(-tables[i].fd));
	if (!err)
		err = replace(state, tables, n, rules->default_action);
	/* In their places the kernel keeps them. */
	for (size_t i = 0; i < n; i++)
		if (tables[i].fd >= 0)
			close(tables[i].fd);
	return err;
}

int main(int argc, char **argv)
{
	static const struct acl_engine engine = {
		.name = "acl-exact-lpm",
		.about = "it asks a hash and two tries of prefixes.",
		.rules_max = ACL_RULES_MAX,
		.object = acl_bpf__elf_bytes,
		.check = check,
		.install = install,
	};

	return acl_tool_main(argc, argv, &engine);
}
