// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Generated rule sets and packets: the same from the same seed, sound, of the character
 * that they claim; and frames, read again by the kernel's header, give the same key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/acl/acl.h"

static const enum acl_kind kinds[] = { ACL_KIND_ACL, ACL_KIND_FW, ACL_KIND_IPC, ACL_KIND_RANDOM,
				       ACL_KIND_EXACT };

static void make(struct acl_rules *rules, enum acl_kind kind, int family, size_t count, __u64 seed)
{
	acl_rules_init(rules);
	assert_int_equal(acl_generate(rules, kind, family, count, seed), 0);
	assert_int_equal(rules->count, count);
}

static void same_seed_same_set(void **state)
{
	struct acl_rules a, b, c;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		make(&a, kinds[i], 4, 500, 7);
		make(&b, kinds[i], 4, 500, 7);
		make(&c, kinds[i], 4, 500, 8);
		assert_memory_equal(a.rule, b.rule, a.count * sizeof(*a.rule));
		assert_memory_not_equal(a.rule, c.rule, a.count * sizeof(*a.rule));
		acl_rules_free(&a);
		acl_rules_free(&b);
		acl_rules_free(&c);
	}
}

static int by_conditions(const void *x, const void *y)
{
	return memcmp(x, y, offsetof(struct acl_rule, action));
}

static void is_sound(const struct acl_rule *rule, int family)
{
	char text[ACL_TEXT_MAX], again[ACL_TEXT_MAX], copy[ACL_TEXT_MAX];
	struct acl_rule parsed;

	assert_true(!family || rule->family == family);
	assert_true(rule->src.length <= (rule->family == 6 ? 128 : rule->family == 4 ? 32 : 0));
	assert_true(rule->sport.lo <= rule->sport.hi && rule->dport.lo <= rule->dport.hi);
	assert_true(rule->action == ACL_PERMIT || rule->action == ACL_DENY);
	/* Text holds all of it. */
	acl_rule_text(rule, text);
	strcpy(copy, text);
	assert_int_equal(acl_rule_parse(copy, "", &parsed), 0);
	assert_string_equal(acl_rule_text(&parsed, again), text);
	assert_true(acl_rule_equal(rule, &parsed));
}

static void sets_are_sound(void **state)
{
	static const int families[] = { 4, 6, 0 };
	struct acl_rules rules;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		for (int f = 0; f < (kinds[i] >= ACL_KIND_RANDOM ? 3 : 2); f++) {
			make(&rules, kinds[i], families[f], 3000, 1);
			for (size_t k = 0; k < rules.count; k++)
				is_sound(&rules.rule[k], families[f]);
			qsort(rules.rule, rules.count, sizeof(*rules.rule), by_conditions);
			for (size_t k = 1; k < rules.count; k++)
				assert_true(by_conditions(&rules.rule[k - 1], &rules.rule[k]) < 0);
			acl_rules_free(&rules);
		}
	}
}

/* How many of a hundred rules have no condition on this. */
struct wildcards {
	unsigned int src, dst, sport, dport;
};

static struct wildcards wildcards_of(enum acl_kind kind)
{
	struct wildcards n = { 0 };
	struct acl_rules rules;

	make(&rules, kind, 4, ACL_RULES_MAX, 3);
	for (size_t i = 0; i < rules.count; i++) {
		n.src += rules.rule[i].src.length == 0;
		n.dst += rules.rule[i].dst.length == 0;
		n.sport += rules.rule[i].sport.hi == ACL_NO_PORT;
		n.dport += rules.rule[i].dport.hi == ACL_NO_PORT;
	}
	acl_rules_free(&rules);
	return (struct wildcards){ n.src / 100, n.dst / 100, n.sport / 100, n.dport / 100 };
}

static void families_have_their_character(void **state)
{
	struct wildcards acl = wildcards_of(ACL_KIND_ACL), fw = wildcards_of(ACL_KIND_FW);
	struct wildcards ipc = wildcards_of(ACL_KIND_IPC);

	(void)state;
	print_message("acl: src %u dst %u sport %u dport %u\n", acl.src, acl.dst, acl.sport,
		      acl.dport);
	print_message("fw:  src %u dst %u sport %u dport %u\n", fw.src, fw.dst, fw.sport, fw.dport);
	print_message("ipc: src %u dst %u sport %u dport %u\n", ipc.src, ipc.dst, ipc.sport,
		      ipc.dport);
	/* acl asks nearly always for the destination and never for the source port */
	assert_true(acl.dst < 5 && acl.sport > 95 && acl.dport < 50);
	/* fw has most wildcards */
	assert_true(fw.src > 30 && fw.src > 2 * ipc.src && fw.dst > ipc.dst);
	assert_true(ipc.src > 5 && ipc.dst > acl.dst);
}

static void packets_fit_rules(void **state)
{
	struct acl_rules rules;
	struct acl_key *keys;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		for (int family = 4; family <= 6; family += 2) {
			size_t hit = 0;

			make(&rules, kinds[i], family, 1000, 5);
			keys = acl_trace(&rules, 2000, 100, 9);
			for (int k = 0; k < 2000; k++) {
				hit += acl_match(&rules, &keys[k]) < rules.count;
				assert_int_equal(keys[k].family, family);
			}
			free(keys);
			print_message("%s IPv%d: %zu of 2000 match\n", acl_kind_name(kinds[i]),
				      family, hit);
			assert_true(hit > 1700);
			acl_rules_free(&rules);
		}
	}
}

/* The frame is read in memory of its own size, so that a byte too many is seen. */
static enum acl_packet read_frame(const unsigned char *frame, size_t size, struct acl_key *key)
{
	/* The IP header is to be aligned, as the kernel does it. */
	unsigned char *room = malloc(2 + size), *copy = room + 2;
	struct cursor cursor = { copy, copy + size };
	enum acl_packet packet;

	memcpy(copy, frame, size);
	packet = acl_read_packet(&cursor, key);
	free(room);
	return packet;
}

static struct acl_shape pick_shape(struct acl_random *random)
{
	struct acl_shape shape = { .tags = acl_below(random, 3),
				   .options = 4 * acl_below(random, 11),
				   .extensions = acl_below(random, 6),
				   .payload = acl_below(random, 100) };

	if (acl_below(random, 4) == 0)
		shape.later_fragment = true;
	else if (acl_below(random, 4) == 0)
		shape.first_fragment = true;
	return shape;
}

static void frames_are_read_as_they_were_made(void **state)
{
	unsigned char frame[ACL_FRAME_MAX];
	struct acl_random random;
	struct acl_rules rules;
	struct acl_key *keys, seen;

	(void)state;
	acl_seed(&random, 11);
	make(&rules, ACL_KIND_RANDOM, 0, 1000, 5);
	keys = acl_trace(&rules, 5000, 60, 9);
	for (int i = 0; i < 5000; i++) {
		struct acl_shape shape = pick_shape(&random);
		bool part =
			(keys[i].proto == 6 || keys[i].proto == 17) && keys[i].sport == ACL_NO_PORT;
		size_t size;

		shape.later_fragment |= part || (keys[i].icmp_type == ACL_NO_TYPE &&
						 (keys[i].proto == 1 || keys[i].proto == 58));
		size = acl_frame(&keys[i], &shape, frame);
		assert_true(size <= ACL_FRAME_MAX);
		if (shape.later_fragment)
			acl_key_fragment(&keys[i]);
		assert_int_equal(read_frame(frame, size, &seen), ACL_IP);
		assert_memory_equal(&seen, &keys[i], sizeof(seen));
	}
	free(keys);
	acl_rules_free(&rules);
}

/* Cut anywhere in front of its payload, a frame cannot be read; with three tags neither. */
static void short_frames_are_bad(void **state)
{
	struct acl_shape shape = { .tags = 2, .options = 8, .extensions = 5 };
	unsigned char frame[ACL_FRAME_MAX];
	struct acl_key key = { .sport = 1, .dport = 2, .proto = IPPROTO_TCP }, seen;

	(void)state;
	for (key.family = 4; key.family <= 6; key.family += 2) {
		size_t size = acl_frame(&key, &shape, frame);

		assert_int_equal(read_frame(frame, size, &seen), ACL_IP);
		for (size_t n = 14; n < size; n++)
			assert_int_equal(read_frame(frame, n, &seen), ACL_BAD);
		shape.tags = 3;
		size = acl_frame(&key, &shape, frame);
		assert_int_equal(read_frame(frame, size, &seen), ACL_BAD);
		shape.tags = 2;
	}
}

/* A header that stands behind the packet's own end is padding. */
static void padding_is_no_header(void **state)
{
	unsigned char frame[ACL_FRAME_MAX];
	struct acl_shape shape = { 0 };
	struct acl_key key = { .sport = 1, .dport = 2, .proto = IPPROTO_UDP, .family = 4 }, seen;
	size_t size = acl_frame(&key, &shape, frame);

	(void)state;
	frame[14 + 3] = 27;
	assert_int_equal(read_frame(frame, size, &seen), ACL_BAD);
	key.family = 6;
	size = acl_frame(&key, &shape, frame);
	frame[14 + 5] = 7;
	assert_int_equal(read_frame(frame, size, &seen), ACL_BAD);
}

static void what_is_not_ip_is_other(void **state)
{
	unsigned char frame[60] = { 0 };
	struct acl_key seen;

	(void)state;
	frame[12] = 0x08;
	frame[13] = 0x06;
	assert_int_equal(read_frame(frame, sizeof(frame), &seen), ACL_OTHER);
	frame[12] = 0;
	frame[13] = 38;
	assert_int_equal(read_frame(frame, sizeof(frame), &seen), ACL_OTHER);
	assert_int_equal(read_frame(frame, 13, &seen), ACL_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_set),
		cmocka_unit_test(sets_are_sound),
		cmocka_unit_test(families_have_their_character),
		cmocka_unit_test(packets_fit_rules),
		cmocka_unit_test(frames_are_read_as_they_were_made),
		cmocka_unit_test(short_frames_are_bad),
		cmocka_unit_test(padding_is_no_header),
		cmocka_unit_test(what_is_not_ip_is_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
