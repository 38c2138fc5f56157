// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Packets for a rule set: made to fit a rule, one step beside one, or anything
 * (acl.h). Whether a rule before that one takes the packet is not asked.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/generate.h"

/* Bits of the host: random, all 0 or all 1. */
static void pick_inside(struct acl_random *random, int family, const struct acl_prefix *prefix,
			__be32 address[4])
{
	unsigned int how = acl_below(random, 4);
	__be32 mask[4];

	acl_prefix_mask(prefix, family, mask);
	for (int i = 0; i < (family == 6 ? 4 : 1); i++) {
		__u32 bits = how == 0 ? 0 : how == 1 ? 0xffffffff : (__u32)acl_next(random);

		address[i] = prefix->address[i] | (bits & ~mask[i]);
	}
}

static __u32 pick_port(struct acl_random *random, const struct acl_range *range)
{
	__u32 hi = range->hi < ACL_NO_PORT ? range->hi : 65535;

	switch (acl_below(random, 3)) {
	case 0:
		return range->lo;
	case 1:
		return hi;
	default:
		return range->lo + acl_below(random, hi - range->lo + 1);
	}
}

/* Is it a header that is followed? Then no packet can have it as its protocol. */
static bool is_extension(int family, unsigned int proto)
{
	return family == 6 &&
	       (proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_FRAGMENT ||
		proto == IPPROTO_AH || proto == IPPROTO_DSTOPTS);
}

static __u16 pick_proto(struct acl_random *random, const struct acl_rule *rule, int family)
{
	static const __u16 some[] = { IPPROTO_TCP,  IPPROTO_UDP,    IPPROTO_TCP, IPPROTO_UDP,
				      IPPROTO_ICMP, IPPROTO_ICMPV6, 47,		 59 };
	bool ports = rule->sport.hi != ACL_NO_PORT || rule->dport.hi != ACL_NO_PORT;

	if (rule->proto == ACL_ANY)
		return some[acl_below(random, ports ? 4 : 8)];
	return is_extension(family, rule->proto) ? IPPROTO_NONE : rule->proto;
}

/* Ports, type and flags of a packet that is no later fragment. */
static void set_transport(struct acl_random *random, const struct acl_rule *rule,
			  struct acl_key *key)
{
	acl_key_fragment(key);
	if (key->proto == IPPROTO_TCP || key->proto == IPPROTO_UDP) {
		key->sport = pick_port(random, &rule->sport);
		key->dport = pick_port(random, &rule->dport);
	}
	if (key->proto == IPPROTO_TCP)
		key->tcp_flags = (rule->flags_value & 0xff) |
				 (acl_below(random, 256) & ~rule->flags_mask & 0xff);
	if ((key->proto == IPPROTO_ICMP && key->family == 4) ||
	    (key->proto == IPPROTO_ICMPV6 && key->family == 6))
		key->icmp_type =
			rule->icmp_type != ACL_ANY ? rule->icmp_type : acl_below(random, 256);
}

static void fit(struct acl_random *random, const struct acl_rule *rule, struct acl_key *key)
{
	*key = (struct acl_key){ .family = rule->family ?: acl_below(random, 2) ? 4 : 6 };
	pick_inside(random, key->family, &rule->src, key->src);
	pick_inside(random, key->family, &rule->dst, key->dst);
	key->proto = pick_proto(random, rule, key->family);
	set_transport(random, rule, key);
	/* Now and then a later fragment, where that can fit. */
	if (acl_below(random, 32) == 0)
		acl_key_fragment(key);
}

/* The last bit of a prefix, or the first one behind it, is another one. */
static void leave_prefix(struct acl_random *random, int family, const struct acl_prefix *prefix,
			 __be32 address[4])
{
	unsigned int most = family == 6 ? 128 : 32;
	unsigned int bit = prefix->length ? prefix->length - 1 : 0;

	if (prefix->length < most && acl_below(random, 4) == 0)
		bit = prefix->length;
	address[bit / 32] ^= htonl(1U << (31 - bit % 32));
}

static void leave_range(struct acl_random *random, const struct acl_range *range, __u32 *port)
{
	if (*port == ACL_NO_PORT)
		return;
	if (acl_below(random, 2))
		*port = range->lo ? range->lo - 1 : 65535;
	else
		*port = range->hi < 65535 ? range->hi + 1 : 0;
}

/* One condition of a rule that the packet fits is missed, by one. */
static void miss(struct acl_random *random, const struct acl_rule *rule, struct acl_key *key)
{
	switch (acl_below(random, 7)) {
	case 0:
		leave_prefix(random, key->family, &rule->src, key->src);
		break;
	case 1:
		leave_prefix(random, key->family, &rule->dst, key->dst);
		break;
	case 2:
		leave_range(random, &rule->sport, &key->sport);
		break;
	case 3:
		leave_range(random, &rule->dport, &key->dport);
		break;
	case 4:
		key->proto = key->proto == IPPROTO_TCP ? IPPROTO_UDP : IPPROTO_TCP;
		set_transport(random, rule, key);
		break;
	case 5:
		if (key->tcp_flags != ACL_NO_FLAGS)
			key->tcp_flags ^= 1 << acl_below(random, 8);
		if (key->icmp_type != ACL_NO_TYPE)
			key->icmp_type = (key->icmp_type + 1) & 0xff;
		break;
	default:
		acl_key_fragment(key);
	}
}

static void anything(struct acl_random *random, struct acl_key *key)
{
	struct acl_rule all;

	acl_rule_init(&all, ACL_PERMIT);
	fit(random, &all, key);
	acl_pick_address(random, key->family, key->src);
	acl_pick_address(random, key->family, key->dst);
}

struct acl_key *acl_trace(const struct acl_rules *rules, size_t n, unsigned int hits, __u64 seed)
{
	struct acl_key *keys = calloc(n ?: 1, sizeof(*keys));
	struct acl_random random;

	acl_seed(&random, seed);
	for (size_t i = 0; keys && i < n; i++) {
		const struct acl_rule *rule = NULL;
		unsigned int dice = acl_below(&random, 100);

		if (rules->count)
			rule = &rules->rule[acl_below(&random, rules->count)];
		if (!rule || (dice >= hits && dice % 4 == 0)) {
			anything(&random, &keys[i]);
			continue;
		}
		fit(&random, rule, &keys[i]);
		if (dice >= hits)
			miss(&random, rule, &keys[i]);
	}
	return keys;
}
