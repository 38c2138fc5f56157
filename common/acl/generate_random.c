// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rules for the differential test: everything that a rule can say, in any
 * combination, at the edges more often than elsewhere, over few addresses, so
 * that many rules match the same packet.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "common/acl/generate.h"

void acl_pick_address(struct acl_random *random, int family, __be32 address[4])
{
	static const __u32 words[] = { 0,	   0xffffffff, 0x0a000000, 0xc0a80101,
				       0x80000000, 0x00000001, 0x7fffffff, 0x20010db8 };

	memset(address, 0, 4 * sizeof(*address));
	for (int i = 0; i < (family == 6 ? 4 : 1); i++) {
		__u32 word = words[acl_below(random, 8)];

		/* Near one of them: a bit or two is different. */
		for (unsigned int n = acl_below(random, 3); n; n--)
			word ^= 1U << acl_below(random, 32);
		address[i] = htonl(word);
	}
}

static void pick_prefix(struct acl_random *random, int family, struct acl_prefix *prefix)
{
	unsigned int most = family == 6 ? 128 : 32;

	acl_pick_address(random, family, prefix->address);
	switch (acl_below(random, 4)) {
	case 0:
		prefix->length = 0;
		break;
	case 1:
		prefix->length = most;
		break;
	default:
		prefix->length = acl_below(random, most + 1);
	}
	acl_prefix_trim(prefix, family);
}

static __u32 pick_port(struct acl_random *random)
{
	static const __u16 edges[] = { 0,    1,	   53,	  80,	 255,	256,
				       1023, 1024, 32767, 32768, 65534, 65535 };

	return acl_below(random, 3) ? edges[acl_below(random, 12)] : acl_below(random, 65536);
}

static void pick_range(struct acl_random *random, struct acl_range *range)
{
	__u32 a = pick_port(random), b = acl_below(random, 2) ? pick_port(random) : a;

	if (acl_below(random, 2))
		return;
	range->lo = a < b ? a : b;
	range->hi = a < b ? b : a;
	/* All ports are no condition. */
	if (range->lo == 0 && range->hi == 65535)
		range->hi = ACL_NO_PORT;
}

static __u16 pick_proto(struct acl_random *random, int family)
{
	switch (acl_below(random, 8)) {
	case 0:
	case 1:
		return ACL_ANY;
	case 2:
	case 3:
		return IPPROTO_TCP;
	case 4:
		return IPPROTO_UDP;
	case 5:
	case 6:
		return family == 6 || (!family && acl_below(random, 2)) ? IPPROTO_ICMPV6
									: IPPROTO_ICMP;
	default:
		return acl_below(random, 256);
	}
}

void acl_make_random(struct acl_random *random, int family, struct acl_rule *rule)
{
	if (!family)
		family = (const int[]){ 4, 6, 4, 6, 4, 6, 4, 6, 0 }[acl_below(random, 9)];
	acl_rule_init(rule, acl_below(random, 2) ? ACL_PERMIT : ACL_DENY);
	rule->family = family;
	if (family) {
		pick_prefix(random, family, &rule->src);
		pick_prefix(random, family, &rule->dst);
	}
	rule->proto = pick_proto(random, family);
	if (rule->proto == ACL_ANY || rule->proto == IPPROTO_TCP || rule->proto == IPPROTO_UDP) {
		pick_range(random, &rule->sport);
		pick_range(random, &rule->dport);
	}
	if ((rule->proto == IPPROTO_ICMP && family != 6) ||
	    (rule->proto == IPPROTO_ICMPV6 && family != 4))
		rule->icmp_type = acl_below(random, 3)
					  ? acl_below(random, 3) * 127 + acl_below(random, 2)
					  : ACL_ANY;
	if (rule->proto == IPPROTO_TCP && acl_below(random, 2)) {
		rule->flags_mask = 1 + acl_below(random, 255);
		rule->flags_value = acl_below(random, 256) & rule->flags_mask;
		rule->flags_mask |= ACL_NO_FLAGS;
	}
}

void acl_make_exact(struct acl_random *random, int family, struct acl_rule *rule)
{
	unsigned int kind = acl_below(random, 5);

	family = family ?: acl_below(random, 2) ? 4 : 6;
	acl_rule_init(rule, acl_below(random, 2) ? ACL_PERMIT : ACL_DENY);
	rule->family = family;
	if (kind == 0) {
		pick_prefix(random, family, &rule->src);
		return;
	}
	if (kind == 1) {
		pick_prefix(random, family, &rule->dst);
		return;
	}
	acl_pick_address(random, family, rule->src.address);
	acl_pick_address(random, family, rule->dst.address);
	rule->src.length = rule->dst.length = family == 6 ? 128 : 32;
	rule->proto = acl_below(random, 2) ? IPPROTO_TCP : IPPROTO_UDP;
	rule->sport.lo = rule->sport.hi = pick_port(random);
	rule->dport.lo = rule->dport.hi = pick_port(random);
}
