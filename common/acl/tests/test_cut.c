// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The decision tree, walked here as the kernel program does, against the reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/acl/cut.h"

static struct cut_tree tree;
static unsigned int random_state = 1;

static unsigned int below(unsigned int n)
{
	return rand_r(&random_state) % n;
}

/* ---- the walk ------------------------------------------------------------------- */

static bool entry_matches(const struct cut_entry *entry, const struct cut_key *key)
{
	__u64 differ = 0;

	for (__u32 i = 0; i < key->pairs; i++)
		differ |= (key->pair[i] ^ entry->bits[i].value) & entry->bits[i].mask;
	return !differ && key->sport >= entry->sport_lo && key->sport <= entry->sport_hi &&
	       key->dport >= entry->dport_lo && key->dport <= entry->dport_hi;
}

/* The order of the first rule that matches; CUT_NONE. Nothing may be out of bounds. */
static __u16 find(const struct acl_key *packet, __u32 *leaves)
{
	__u16 best = CUT_NONE;
	struct cut_key key;
	__u32 at = cut_read_key(&tree, packet, &key);

	for (*leaves = 1;; ++*leaves) {
		const struct cut_node *node = &tree.node[at];
		__u32 cuts = 0, place;

		while (node->mask) {
			at = node->first + (key.word[node->word] >> node->shift & node->mask);
			assert_in_range(at, 1, CUT_NODES - 1);
			node = &tree.node[at];
			assert_in_range(++cuts, 1, CUT_DEPTH_MAX);
		}
		assert_in_range(node->count, 0, CUT_LEAF_MAX);
		place = node->first;
		for (__u32 i = 0; i < node->count; i++) {
			const struct cut_entry *entry = cut_entry_at(&tree, place);

			assert_non_null(entry);
			if (entry->order < best && entry_matches(entry, &key))
				best = entry->order;
			place += cut_entry_size(key.pairs);
		}
		if (node->earliest >= best)
			return best;
		at = node->next;
	}
}

/* The tree and the reference agree about this packet. */
static void same(const struct acl_rules *rules, const struct cut_stats *stats,
		 const struct acl_key *packet)
{
	size_t expected = acl_match(rules, packet);
	__u32 leaves;

	assert_int_equal(find(packet, &leaves), expected < rules->count ? expected : CUT_NONE);
	assert_in_range(leaves, 1, stats->leaves + 1);
}

/* ---- lists and packets ---------------------------------------------------------- */

static const struct acl_range ranges[] = { { 0, ACL_NO_PORT }, { 0, ACL_NO_PORT }, { 80, 80 },
					   { 443, 443 },       { 1024, 65535 },	   { 0, 65535 },
					   { 0, 1023 },	       { 79, 81 },	   { 81, 128 },
					   { 65535, 65535 },   { 5, ACL_NO_PORT }, { 0, 0 },
					   { 1023, 1024 } };

static void random_prefix(struct acl_prefix *prefix, int family, unsigned int bits)
{
	/* Few different ones, so that they cover one another, and packets hit them. */
	for (int i = 0; i < (family == 4 ? 1 : 4); i++)
		prefix->address[i] = htonl(below(bits) << 28 | below(bits) << 16 | below(bits));
	prefix->length = below(3) ? below(family == 4 ? 33 : 129) : family == 4 ? 32 : 128;
	acl_prefix_trim(prefix, family);
}

static void random_rule(struct acl_rule *rule, unsigned int bits)
{
	acl_rule_init(rule, below(2) ? ACL_DENY : ACL_PERMIT);
	rule->family = below(10) ? (below(2) ? 4 : 6) : 0;
	if (rule->family && below(4))
		random_prefix(&rule->src, rule->family, bits);
	if (rule->family && below(4))
		random_prefix(&rule->dst, rule->family, bits);
	if (below(2))
		rule->proto = below(2) ? 6 : below(4);
	rule->sport = ranges[below(sizeof(ranges) / sizeof(*ranges))];
	rule->dport = ranges[below(sizeof(ranges) / sizeof(*ranges))];
	if (!below(8))
		rule->icmp_type = below(4);
	if (!below(8)) {
		rule->flags_mask = ACL_NO_FLAGS | below(256);
		rule->flags_value = rule->flags_mask & below(256);
	}
}

static __u32 random_port(void)
{
	static const __u32 ports[] = { 0,    1,	   4,	 5,    79,   80,    81,	   128,	       443,
				       1022, 1023, 1024, 1025, 5000, 65534, 65535, ACL_NO_PORT };

	return ports[below(sizeof(ports) / sizeof(*ports))];
}

/* Any numbers in any combination, whether a packet can have them or not. */
static void random_packet(struct acl_key *key, const struct acl_rules *rules, unsigned int bits)
{
	struct acl_prefix src = {}, dst = {};

	memset(key, 0, sizeof(*key));
	key->family = below(2) ? 4 : 6;
	random_prefix(&src, key->family, bits);
	random_prefix(&dst, key->family, bits);
	if (rules->count && below(4)) {
		const struct acl_rule *rule = &rules->rule[below(rules->count)];

		if (rule->family) {
			key->family = rule->family;
			src = rule->src;
			dst = rule->dst;
		}
	}
	memcpy(key->src, src.address, sizeof(key->src));
	memcpy(key->dst, dst.address, sizeof(key->dst));
	if (!below(4))
		key->src[0] ^= htonl(1U << below(32));
	key->sport = random_port();
	key->dport = random_port();
	key->proto = below(2) ? 6 : below(4);
	key->icmp_type = below(2) ? ACL_NO_TYPE : below(4);
	key->tcp_flags = below(2) ? ACL_NO_FLAGS : below(256);
}

static void add(struct acl_rules *rules, const struct acl_rule *rule)
{
	assert_int_equal(acl_rules_insert(rules, rule, 0), 0);
	rules->rule[rules->count - 1].slot = rules->count;
}

static void random_list(struct acl_rules *rules, unsigned int count, unsigned int bits)
{
	struct acl_rule rule;

	acl_rules_init(rules);
	while (rules->count < count) {
		random_rule(&rule, bits);
		add(rules, &rule);
	}
}

/* How many entries a list must have: one a rule and family, wherever it stands. */
static __u32 entries_of(const struct acl_rules *rules)
{
	__u32 entries = 0;

	for (size_t i = 0; i < rules->count; i++)
		entries += rules->rule[i].family ? 1 : 2;
	return entries;
}

static void check_list(const struct acl_rules *rules, unsigned int packets, unsigned int bits)
{
	struct cut_stats stats;
	struct acl_key packet;

	assert_int_equal(cut_build(&tree, rules, &stats), 0);
	assert_int_equal(stats.entries, entries_of(rules));
	assert_in_range(stats.nodes, 3, CUT_NODES);
	assert_in_range(stats.depth, 0, CUT_DEPTH_MAX);
	for (unsigned int i = 0; i < packets; i++) {
		random_packet(&packet, rules, bits);
		same(rules, &stats, &packet);
	}
}

/* ---- tests ---------------------------------------------------------------------- */

static void an_empty_list(void **state)
{
	struct acl_rules rules = { .default_action = ACL_DENY };

	(void)state;
	check_list(&rules, 100, 16);
	assert_int_equal(tree.default_action, ACL_DENY);
}

static void small_lists(void **state)
{
	struct acl_rules rules;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		unsigned int bits = 1 + below(16);

		random_list(&rules, below(40), bits);
		check_list(&rules, 60, bits);
		acl_rules_free(&rules);
	}
}

static void large_lists(void **state)
{
	struct acl_rules rules;

	(void)state;
	for (int i = 0; i < 12; i++) {
		random_list(&rules, i < 10 ? 1000 : ACL_RULES_MAX, 4096);
		check_list(&rules, i < 10 ? 1000 : 2000, 4096);
		acl_rules_free(&rules);
	}
}

/* Sets with the character of real ones, and packets made for them. */
static void generated_lists(void **state)
{
	const size_t packets = 1000;
	struct cut_stats stats;
	struct acl_rules rules;
	struct acl_key *trace;

	(void)state;
	for (int kind = ACL_KIND_ACL; kind <= ACL_KIND_EXACT; kind++) {
		for (int family = 4; family <= 6; family += 2) {
			/* So many of the last kind make ways down that are as long as can be. */
			size_t count = kind == ACL_KIND_EXACT ? ACL_RULES_MAX : 1000;

			acl_rules_init(&rules);
			assert_int_equal(acl_generate(&rules, kind, family, count, 1 + below(1000)),
					 0);
			trace = acl_trace(&rules, packets, 80, 1 + below(1000));
			assert_non_null(trace);
			assert_int_equal(cut_build(&tree, &rules, &stats), 0);
			for (size_t i = 0; i < packets; i++)
				same(&rules, &stats, &trace[i]);
			free(trace);
			acl_rules_free(&rules);
		}
	}
}

/* What an entry says comes from its rule, and from no other. */
static void entries_tell_slot_and_action(void **state)
{
	struct acl_rules rules;
	struct acl_rule rule;
	__u64 at = 0;

	(void)state;
	acl_rules_init(&rules);
	for (__u32 i = 0; i < 100; i++) {
		acl_rule_init(&rule, i % 3 ? ACL_DENY : ACL_PERMIT);
		rule.family = 4;
		rule.proto = i;
		add(&rules, &rule);
		rules.rule[i].slot = 20000 - i;
	}
	assert_int_equal(cut_build(&tree, &rules, NULL), 0);
	for (__u32 i = 0; i < 100; i++) {
		const struct cut_entry *entry = cut_entry_at(&tree, at);

		assert_in_range(entry->order, 0, 99);
		assert_int_equal(entry->slot, 20000 - entry->order);
		assert_int_equal(entry->action, entry->order % 3 ? ACL_DENY : ACL_PERMIT);
		assert_int_equal(entry->bits[0].value >> 32, entry->order);
		at += CUT_ENTRY_IPV4;
	}
	acl_rules_free(&rules);
}

/* Nothing tells them apart: a linear search, and the first one wins. */
static void rules_that_are_all_the_same(void **state)
{
	struct cut_stats stats;
	struct acl_rules rules;
	struct acl_rule rule;
	struct acl_key packet = { .family = 6, .sport = 80, .dport = 80, .proto = 6 };
	__u32 leaves;

	(void)state;
	acl_rules_init(&rules);
	acl_rule_init(&rule, ACL_DENY);
	rule.dport = (struct acl_range){ 90, 100 };
	while (rules.count < ACL_RULES_MAX - 1)
		add(&rules, &rule);
	rule.dport = (struct acl_range){ 79, 81 };
	add(&rules, &rule);
	assert_int_equal(cut_build(&tree, &rules, &stats), 0);
	assert_int_equal(find(&packet, &leaves), ACL_RULES_MAX - 1);
	assert_int_equal(leaves, ACL_RULES_MAX / CUT_LEAF_MAX);
	packet.family = 4;
	packet.dport = 95;
	assert_int_equal(find(&packet, &leaves), 0);
	assert_int_equal(leaves, 1);
	acl_rules_free(&rules);
}

/* The most entries there can be; ranges that overlap all over. */
static void as_many_as_there_can_be(void **state)
{
	struct acl_rules rules;
	struct acl_rule rule;

	(void)state;
	acl_rules_init(&rules);
	for (__u32 i = 0; i < ACL_RULES_MAX; i++) {
		acl_rule_init(&rule, ACL_PERMIT);
		rule.sport = (struct acl_range){ i * 3, i * 3 + 5000 };
		rule.dport = (struct acl_range){ 60000 - i * 5, 65535 - i };
		add(&rules, &rule);
	}
	check_list(&rules, 500, 4);
	acl_rules_free(&rules);
}

static void too_many(void **state)
{
	struct acl_rules rules;
	struct acl_rule rule;

	(void)state;
	acl_rules_init(&rules);
	acl_rule_init(&rule, ACL_PERMIT);
	while (rules.count <= ACL_RULES_MAX)
		add(&rules, &rule);
	assert_int_equal(cut_build(&tree, &rules, NULL), -E2BIG);
	acl_rules_free(&rules);
}

/* ---- a test of the tests: each of these mistakes must be found ---------------------- */

static void make_mistake(struct acl_rule *rule, int mistake)
{
	if (mistake == 0 && rule->dport.hi < 65535)
		rule->dport.hi++;
	if (mistake == 1 && rule->sport.lo < rule->sport.hi)
		rule->sport.lo++;
	if (mistake == 2 && rule->src.length)
		rule->src.length--;
	if (mistake == 3)
		rule->flags_mask &= 0xff;
	acl_prefix_trim(&rule->src, rule->family);
}

static unsigned int differences(const struct acl_rules *rules, unsigned int packets)
{
	unsigned int count = 0;
	struct acl_key packet;
	size_t expected;
	__u32 leaves;

	while (packets--) {
		random_packet(&packet, rules, 4);
		expected = acl_match(rules, &packet);
		count += find(&packet, &leaves) != (expected < rules->count ? expected : CUT_NONE);
	}
	return count;
}

static void mistakes_are_found(void **state)
{
	struct acl_rules rules, wrong;

	(void)state;
	for (int mistake = 0; mistake < 4; mistake++) {
		unsigned int found = 0;

		for (int i = 0; i < 100; i++) {
			random_list(&rules, 10, 4);
			acl_rules_init(&wrong);
			assert_int_equal(acl_rules_copy(&wrong, &rules), 0);
			for (size_t j = 0; j < wrong.count; j++)
				make_mistake(&wrong.rule[j], mistake);
			assert_int_equal(cut_build(&tree, &wrong, NULL), 0);
			found += differences(&rules, 100);
			acl_rules_free(&wrong);
			acl_rules_free(&rules);
		}
		assert_int_not_equal(found, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list),
		cmocka_unit_test(small_lists),
		cmocka_unit_test(large_lists),
		cmocka_unit_test(generated_lists),
		cmocka_unit_test(entries_tell_slot_and_action),
		cmocka_unit_test(rules_that_are_all_the_same),
		cmocka_unit_test(as_many_as_there_can_be),
		cmocka_unit_test(too_many),
		cmocka_unit_test(mistakes_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
