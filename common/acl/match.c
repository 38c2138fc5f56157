// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The reference matcher: first match, one rule after the other, one condition after
 * the other. It is written for being right, and shares no code with any lesson.
 */
#include <arpa/inet.h>

#include "common/acl/acl.h"

/* Bit number n of an address, 0 the first on the wire. */
static unsigned int bit(const __be32 address[4], unsigned int n)
{
	return ntohl(address[n / 32]) >> (31 - n % 32) & 1;
}

static bool inside(const struct acl_prefix *prefix, const __be32 address[4])
{
	/* Whole words first: a comparison bit by bit only for what is left of one. */
	unsigned int n = 0;

	while (n + 32 <= prefix->length && prefix->address[n / 32] == address[n / 32])
		n += 32;
	for (; n < prefix->length; n++)
		if (bit(prefix->address, n) != bit(address, n))
			return false;
	return true;
}

bool acl_rule_matches(const struct acl_rule *rule, const struct acl_key *key)
{
	if (rule->family && rule->family != key->family)
		return false;
	if (rule->proto != ACL_ANY && rule->proto != key->proto)
		return false;
	if (key->sport < rule->sport.lo || key->sport > rule->sport.hi)
		return false;
	if (key->dport < rule->dport.lo || key->dport > rule->dport.hi)
		return false;
	if (rule->icmp_type != ACL_ANY && rule->icmp_type != key->icmp_type)
		return false;
	if ((key->tcp_flags & rule->flags_mask) != rule->flags_value)
		return false;
	return inside(&rule->src, key->src) && inside(&rule->dst, key->dst);
}

size_t acl_match(const struct acl_rules *rules, const struct acl_key *key)
{
	size_t i = 0;

	while (i < rules->count && !acl_rule_matches(&rules->rule[i], key))
		i++;
	return i;
}
