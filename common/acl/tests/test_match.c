// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The reference matcher, condition by condition, at the edges; lists and their slots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <cmocka.h>

#include "common/acl/acl.h"

static struct acl_key tcp_key(void)
{
	return (struct acl_key){
		.src = { htonl(0xc0000202) },
		.dst = { htonl(0xc0000201) },
		.sport = 40000,
		.dport = 80,
		.icmp_type = ACL_NO_TYPE,
		.tcp_flags = 0x02,
		.proto = IPPROTO_TCP,
		.family = 4,
	};
}

static struct acl_key fragment_key(void)
{
	struct acl_key key = tcp_key();

	key.sport = key.dport = ACL_NO_PORT;
	key.tcp_flags = ACL_NO_FLAGS;
	return key;
}

static struct acl_rule any_rule(void)
{
	struct acl_rule rule;

	acl_rule_init(&rule, ACL_DENY);
	return rule;
}

static void no_condition_matches_all(void **state)
{
	struct acl_key tcp = tcp_key(), fragment = fragment_key();
	struct acl_rule rule = any_rule();

	(void)state;
	assert_true(acl_rule_matches(&rule, &tcp));
	assert_true(acl_rule_matches(&rule, &fragment));
	tcp.family = 6;
	assert_true(acl_rule_matches(&rule, &tcp));
}

static void prefixes_of_all_lengths(void **state)
{
	struct acl_rule rule = any_rule();
	struct acl_key key = tcp_key();

	(void)state;
	rule.family = 6;
	key.family = 6;
	for (unsigned int length = 0; length <= 128; length++) {
		memset(key.src, 0x5a, sizeof(key.src));
		memcpy(rule.src.address, key.src, sizeof(key.src));
		rule.src.length = length;
		acl_prefix_trim(&rule.src, 6);
		assert_true(acl_rule_matches(&rule, &key));
		/* The last bit inside counts, the first one behind does not. */
		if (length < 128) {
			key.src[length / 32] ^= htonl(1U << (31 - length % 32));
			assert_true(acl_rule_matches(&rule, &key));
		}
		if (length) {
			key.src[(length - 1) / 32] ^= htonl(1U << (31 - (length - 1) % 32));
			assert_false(acl_rule_matches(&rule, &key));
		}
	}
}

static void masks(void **state)
{
	struct acl_prefix prefix = { .length = 0 };
	__be32 mask[4];

	(void)state;
	acl_prefix_mask(&prefix, 6, mask);
	assert_true(!mask[0] && !mask[1] && !mask[2] && !mask[3]);
	prefix.length = 33;
	acl_prefix_mask(&prefix, 6, mask);
	assert_int_equal(mask[0], 0xffffffff);
	assert_int_equal(ntohl(mask[1]), 0x80000000);
	assert_int_equal(mask[2], 0);
	prefix.length = 24;
	acl_prefix_mask(&prefix, 4, mask);
	assert_int_equal(ntohl(mask[0]), 0xffffff00);
	prefix.length = 128;
	acl_prefix_mask(&prefix, 6, mask);
	assert_int_equal(mask[3], 0xffffffff);
}

static void ranges_hold_both_ends(void **state)
{
	struct acl_key key = tcp_key(), fragment = fragment_key();
	struct acl_rule rule = any_rule();

	(void)state;
	rule.dport = (struct acl_range){ 80, 90 };
	for (key.dport = 78; key.dport < 93; key.dport++)
		assert_int_equal(acl_rule_matches(&rule, &key), key.dport >= 80 && key.dport <= 90);
	assert_false(acl_rule_matches(&rule, &fragment));
	rule.dport = (struct acl_range){ 65535, 65535 };
	assert_false(acl_rule_matches(&rule, &fragment));
	rule = any_rule();
	rule.sport = (struct acl_range){ 40000, 40000 };
	key.dport = 1;
	assert_true(acl_rule_matches(&rule, &key));
	key.sport = 39999;
	assert_false(acl_rule_matches(&rule, &key));
}

static void protocol_type_and_family(void **state)
{
	struct acl_key key = tcp_key(), fragment = fragment_key();
	struct acl_rule rule = any_rule();

	(void)state;
	rule.proto = IPPROTO_TCP;
	assert_true(acl_rule_matches(&rule, &key));
	assert_true(acl_rule_matches(&rule, &fragment));
	rule.proto = IPPROTO_UDP;
	assert_false(acl_rule_matches(&rule, &key));
	rule = any_rule();
	rule.icmp_type = 8;
	assert_false(acl_rule_matches(&rule, &key));
	key.icmp_type = 8;
	assert_true(acl_rule_matches(&rule, &key));
	rule = any_rule();
	rule.family = 4;
	assert_true(acl_rule_matches(&rule, &key));
	rule.family = 6;
	assert_false(acl_rule_matches(&rule, &key));
}

static void flags(void **state)
{
	struct acl_key key = tcp_key(), fragment = fragment_key();
	struct acl_rule rule = any_rule();

	(void)state;
	/* SYN of SYN and ACK */
	rule.flags_mask = ACL_NO_FLAGS | 0x12;
	rule.flags_value = 0x02;
	assert_true(acl_rule_matches(&rule, &key));
	key.tcp_flags = 0x12;
	assert_false(acl_rule_matches(&rule, &key));
	key.tcp_flags = 0x0a;
	assert_true(acl_rule_matches(&rule, &key));
	assert_false(acl_rule_matches(&rule, &fragment));
	/* none of SYN and ACK: a packet without flags does not match it either */
	rule.flags_value = 0;
	assert_false(acl_rule_matches(&rule, &fragment));
	key.tcp_flags = 0x01;
	assert_true(acl_rule_matches(&rule, &key));
}

/* A list of rules for the destination ports first, first + 1 and so on. */
static void fill(struct acl_rules *rules, unsigned int first, unsigned int n)
{
	struct acl_rule rule = any_rule();

	acl_rules_init(rules);
	for (unsigned int i = 0; i < n; i++) {
		rule.dport = (struct acl_range){ first + i, first + i };
		rule.line = 7;
		assert_int_equal(acl_rules_insert(rules, &rule, 0), 0);
	}
}

static void the_first_match_decides(void **state)
{
	struct acl_rule rule = any_rule();
	struct acl_key key = tcp_key();
	struct acl_rules rules;

	(void)state;
	fill(&rules, 75, 20);
	assert_int_equal(acl_match(&rules, &key), 5);
	assert_int_equal(acl_rules_insert(&rules, &rule, 3), 0);
	assert_int_equal(acl_match(&rules, &key), 2);
	assert_int_equal(acl_rules_remove(&rules, 3), 0);
	assert_int_equal(acl_match(&rules, &key), 5);
	key.dport = 1;
	assert_int_equal(acl_match(&rules, &key), 20);
	assert_int_equal(acl_rules_remove(&rules, 21), -ENOENT);
	assert_int_equal(acl_rules_remove(&rules, 0), -ENOENT);
	assert_int_equal(acl_rules_insert(&rules, &rule, 22), -EINVAL);
	acl_rules_free(&rules);
}

static void a_rule_keeps_its_slot(void **state)
{
	struct acl_rules old, new = { 0 };
	struct acl_rule rule = any_rule();

	(void)state;
	fill(&old, 1, 5);
	assert_int_equal(acl_rules_assign(&old, NULL), 0);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(old.rule[i].slot, i + 1);
	assert_int_equal(acl_rules_copy(&new, &old), 0);
	assert_int_equal(acl_rules_remove(&new, 2), 0);
	/* the same twice: only one can keep it */
	assert_int_equal(acl_rules_insert(&new, &new.rule[0], 1), 0);
	assert_int_equal(acl_rules_insert(&new, &rule, 1), 0);
	assert_int_equal(acl_rules_assign(&new, &old), 0);
	/* any, 1, 1, 3, 4, 5; slot 2 is still the old list's */
	assert_int_equal(new.rule[0].slot, 6);
	assert_int_equal(new.rule[1].slot, 1);
	assert_int_equal(new.rule[2].slot, 7);
	assert_int_equal(new.rule[3].slot, 3);
	assert_int_equal(new.rule[5].slot, 5);
	acl_rules_free(&new);
	acl_rules_free(&old);
}

static void rules_keep_their_slots_wherever_they_go(void **state)
{
	struct acl_rules old, new = { 0 };
	struct acl_rule rule;

	(void)state;
	fill(&old, 1, 9);
	assert_int_equal(acl_rules_assign(&old, NULL), 0);
	assert_int_equal(acl_rules_copy(&new, &old), 0);
	/* 1 2 3 7 6 5 4 8 9: what is between the first three and the last two has moved */
	for (size_t i = 3, k = 6; i < k; i++, k--) {
		rule = new.rule[i];
		new.rule[i] = new.rule[k];
		new.rule[k] = rule;
	}
	for (size_t i = 0; i < 9; i++)
		new.rule[i].slot = 99;
	assert_int_equal(acl_rules_assign(&new, &old), 0);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(new.rule[i].slot, i < 3 || i > 6 ? i + 1 : 10 - i);
	acl_rules_free(&new);
	acl_rules_free(&old);
}

static void of_equal_rules_each_has_a_slot(void **state)
{
	struct acl_rules old, new = { 0 };
	bool used[32] = { false };

	(void)state;
	/* four times the same, then two others */
	fill(&old, 1, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(acl_rules_insert(&old, &old.rule[0], 1), 0);
	assert_int_equal(acl_rules_assign(&old, NULL), 0);
	assert_int_equal(acl_rules_copy(&new, &old), 0);
	assert_int_equal(acl_rules_remove(&new, 2), 0);
	assert_int_equal(acl_rules_insert(&new, &new.rule[0], 0), 0);
	assert_int_equal(acl_rules_insert(&new, &new.rule[0], 0), 0);
	assert_int_equal(acl_rules_assign(&new, &old), 0);
	for (size_t i = 0; i < new.count; i++) {
		assert_in_range(new.rule[i].slot, ACL_SLOT_FIRST, 31);
		assert_false(used[new.rule[i].slot]);
		used[new.rule[i].slot] = true;
	}
	/* All four of the old list's are used again; a fifth one is new. */
	for (unsigned int slot = 1; slot <= 7; slot++)
		assert_true(used[slot]);
	acl_rules_free(&new);
	acl_rules_free(&old);
}

static void full_lists_have_slots(void **state)
{
	struct acl_rules old, new;

	(void)state;
	fill(&old, 1, ACL_RULES_MAX);
	fill(&new, 20001, ACL_RULES_MAX);
	assert_int_equal(acl_rules_assign(&old, NULL), 0);
	assert_int_equal(acl_rules_assign(&new, &old), 0);
	assert_int_equal(new.rule[0].slot, ACL_RULES_MAX + 1);
	assert_int_equal(new.rule[ACL_RULES_MAX - 1].slot, ACL_SLOT_LAST);
	assert_int_equal(acl_rules_insert(&new, &new.rule[0], 0), 0);
	assert_int_equal(acl_rules_assign(&new, &old), -E2BIG);
	acl_rules_free(&new);
	acl_rules_free(&old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_condition_matches_all),
		cmocka_unit_test(prefixes_of_all_lengths),
		cmocka_unit_test(masks),
		cmocka_unit_test(ranges_hold_both_ends),
		cmocka_unit_test(protocol_type_and_family),
		cmocka_unit_test(flags),
		cmocka_unit_test(the_first_match_decides),
		cmocka_unit_test(a_rule_keeps_its_slot),
		cmocka_unit_test(rules_keep_their_slots_wherever_they_go),
		cmocka_unit_test(of_equal_rules_each_has_a_slot),
		cmocka_unit_test(full_lists_have_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
