// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Rule sets with the character of ClassBench's acl, fw and ipc families: how long
 * prefixes are, how often a field is a wildcard, what kinds of port ranges there are,
 * and that networks are nested in each other. It is a model of them and no copy: the
 * weights below are rounded from what the published sets look like.
 * Sets for the differential test, which know no such habits: generate_random.c.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/generate.h"
#include "common/lab/lab.h"

static const char *const names[] = {
	[ACL_KIND_ACL] = "acl",	      [ACL_KIND_FW] = "fw",	  [ACL_KIND_IPC] = "ipc",
	[ACL_KIND_RANDOM] = "random", [ACL_KIND_EXACT] = "exact",
};

int acl_kind_parse(const char *name, enum acl_kind *kind)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0) {
			*kind = i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *acl_kind_name(enum acl_kind kind)
{
	return (size_t)kind < sizeof(names) / sizeof(*names) ? names[kind] : "?";
}

/* ---- the families ------------------------------------------------------------------ */

/* Prefix lengths of IPv4, lo to hi, and how often in a hundred. */
struct lengths {
	unsigned int lo, hi, weight;
};

enum ports {
	PORTS_ANY,   /* 0 to 65535 */
	PORTS_HIGH,  /* 1024 to 65535 */
	PORTS_EXACT, /* one */
	PORTS_RANGE, /* some other range */
	PORTS_KINDS,
};

enum {
	LENGTHS = 8,
	PROTOS = 5,
};

struct family {
	struct lengths src[LENGTHS], dst[LENGTHS];
	unsigned int sport[PORTS_KINDS], dport[PORTS_KINDS];
	struct {
		__u16 proto;
		unsigned int weight;
	} protos[PROTOS];
	/* how many networks there are on each of the four levels below each other */
	unsigned int src_fan[4], dst_fan[4];
};

static const struct family families[] = {
	[ACL_KIND_ACL] = {
		.src = { { 0, 0, 12 }, { 8, 16, 8 }, { 17, 23, 14 }, { 24, 24, 18 },
			 { 25, 31, 18 }, { 32, 32, 30 } },
		.dst = { { 0, 0, 1 }, { 16, 20, 3 }, { 21, 23, 6 }, { 24, 24, 12 },
			 { 25, 31, 20 }, { 32, 32, 58 } },
		.sport = { 98, 1, 1, 0 },
		.dport = { 22, 5, 58, 15 },
		.protos = { { IPPROTO_TCP, 80 }, { IPPROTO_UDP, 12 }, { IPPROTO_ICMP, 3 },
			    { ACL_ANY, 5 } },
		.src_fan = { 10, 12, 24, 24 },
		.dst_fan = { 4, 8, 16, 32 },
	},
	[ACL_KIND_FW] = {
		.src = { { 0, 0, 50 }, { 8, 16, 6 }, { 17, 23, 4 }, { 24, 24, 10 },
			 { 25, 31, 5 }, { 32, 32, 25 } },
		.dst = { { 0, 0, 30 }, { 8, 16, 8 }, { 17, 23, 7 }, { 24, 24, 15 },
			 { 25, 31, 8 }, { 32, 32, 32 } },
		.sport = { 76, 12, 10, 2 },
		.dport = { 38, 14, 42, 6 },
		.protos = { { IPPROTO_TCP, 55 }, { IPPROTO_UDP, 28 }, { IPPROTO_ICMP, 6 },
			    { 47, 3 }, { ACL_ANY, 8 } },
		.src_fan = { 16, 16, 24, 32 },
		.dst_fan = { 8, 12, 24, 32 },
	},
	[ACL_KIND_IPC] = {
		.src = { { 0, 0, 14 }, { 8, 16, 10 }, { 17, 23, 14 }, { 24, 24, 18 },
			 { 25, 31, 12 }, { 32, 32, 32 } },
		.dst = { { 0, 0, 12 }, { 8, 16, 8 }, { 17, 23, 12 }, { 24, 24, 16 },
			 { 25, 31, 14 }, { 32, 32, 38 } },
		.sport = { 76, 8, 11, 5 },
		.dport = { 36, 6, 45, 13 },
		.protos = { { IPPROTO_TCP, 58 }, { IPPROTO_UDP, 24 }, { IPPROTO_ICMP, 7 },
			    { 50, 3 }, { ACL_ANY, 8 } },
		.src_fan = { 12, 12, 24, 24 },
		.dst_fan = { 8, 12, 24, 24 },
	},
};

/* ---- one rule -------------------------------------------------------------------------- */

static unsigned int pick_length(struct acl_random *random, const struct lengths *lengths)
{
	unsigned int left = acl_below(random, 100);

	for (int i = 0; i < LENGTHS && lengths[i].weight; i++) {
		if (left < lengths[i].weight)
			return lengths[i].lo + acl_below(random, lengths[i].hi - lengths[i].lo + 1);
		left -= lengths[i].weight;
	}
	return 32;
}

/* Small numbers more often than great ones: some networks are in many rules. */
static unsigned int skewed(struct acl_random *random, unsigned int n)
{
	return (__u64)acl_below(random, n) * (acl_below(random, n) + 1) / n;
}

/*
 * Four bytes, each one of few that its network has: which ones, follows from the bytes
 * before it. So the same networks come again and again, and lie in each other.
 */
static void pick_levels(struct acl_random *random, const unsigned int fan[4],
			unsigned char levels[4])
{
	struct acl_random network;
	__u64 above = fan[0] * 257 + fan[1];

	for (int i = 0; i < 4; i++) {
		acl_seed(&network, above * 256 + skewed(random, fan[i]));
		levels[i] = acl_below(&network, 256);
		above = above * 256 + levels[i] + 1;
	}
	/* 0.x.x.x, 127.x.x.x and 224.x.x.x and above are no addresses of hosts. */
	levels[0] = levels[0] % 222 + 1;
	levels[0] += levels[0] == 127;
}

/* IPv6 has the same levels at 32, 48, 64 and 128 bits. */
static unsigned int length6(struct acl_random *random, unsigned int length)
{
	if (length == 0)
		return 0;
	if (length <= 16)
		return 20 + length * 3 / 4;
	if (length <= 24)
		return 32 + (length - 16) * 2;
	if (length < 32)
		return 48 + (length - 24) * 2;
	return acl_below(random, 4) ? 128 : 64;
}

static void pick_prefix(struct acl_random *random, int family, const struct lengths *lengths,
			const unsigned int fan[4], struct acl_prefix *prefix)
{
	unsigned char l[4];

	prefix->length = pick_length(random, lengths);
	pick_levels(random, fan, l);
	if (family == 4) {
		prefix->address[0] = htonl((__u32)l[0] << 24 | l[1] << 16 | l[2] << 8 | l[3]);
	} else {
		prefix->length = length6(random, prefix->length);
		prefix->address[0] = htonl(0x20010000 | l[0] << 8 | l[1]);
		prefix->address[1] = htonl((__u32)l[2] << 24 | l[0] << 16 | l[3]);
		prefix->address[3] = htonl((__u32)l[2] << 8 | l[3]);
	}
	acl_prefix_trim(prefix, family);
}

static void pick_ports(struct acl_random *random, const unsigned int weights[PORTS_KINDS],
		       struct acl_range *range)
{
	static const __u16 known[] = { 80,   443,  53,	 25,   22,   123,  21,	 161,  389,  1521,
				       3306, 8080, 5632, 1433, 1550, 2788, 1711, 1707, 6790, 1525 };
	static const struct acl_range ranges[] = { { 20, 21 },	    { 135, 139 },   { 1024, 5000 },
						   { 6000, 6063 },  { 0, 1023 },    { 1300, 1349 },
						   { 2301, 2302 },  { 8000, 8099 }, { 5555, 5570 },
						   { 33434, 33534 } };
	unsigned int left = acl_below(random, 100), kind = 0;

	while (kind < PORTS_RANGE && left >= weights[kind])
		left -= weights[kind++];
	switch (kind) {
	case PORTS_ANY:
		break;
	case PORTS_HIGH:
		*range = (struct acl_range){ 1024, 65535 };
		break;
	case PORTS_EXACT:
		range->lo = acl_below(random, 3) ? known[skewed(random, 20)]
						 : 1 + acl_below(random, 9000);
		range->hi = range->lo;
		break;
	default:
		*range = ranges[acl_below(random, 10)];
	}
}

static void make_rule(struct acl_random *random, const struct family *f, int family,
		      struct acl_rule *rule)
{
	unsigned int left = acl_below(random, 100);
	int i = 0;

	acl_rule_init(rule, acl_below(random, 4) ? ACL_PERMIT : ACL_DENY);
	rule->family = family;
	pick_prefix(random, family, f->src, f->src_fan, &rule->src);
	pick_prefix(random, family, f->dst, f->dst_fan, &rule->dst);
	while (i < PROTOS - 1 && left >= f->protos[i].weight)
		left -= f->protos[i++].weight;
	rule->proto = f->protos[i].weight ? f->protos[i].proto : ACL_ANY;
	if (rule->proto == IPPROTO_ICMP && family == 6)
		rule->proto = IPPROTO_ICMPV6;
	if (rule->proto == IPPROTO_TCP || rule->proto == IPPROTO_UDP) {
		pick_ports(random, f->sport, &rule->sport);
		pick_ports(random, f->dport, &rule->dport);
	}
}

/* ---- a set -------------------------------------------------------------------------------- */

/* How much a rule demands; the order of a set is roughly by that, as people write them. */
static unsigned int demands(const struct acl_rule *rule)
{
	unsigned int sum = rule->src.length + rule->dst.length;

	if (rule->family == 6)
		sum /= 3;
	sum += rule->proto != ACL_ANY ? 8 : 0;
	sum += rule->sport.lo == rule->sport.hi ? 16 : rule->sport.hi != ACL_NO_PORT ? 4 : 0;
	sum += rule->dport.lo == rule->dport.hi ? 16 : rule->dport.hi != ACL_NO_PORT ? 4 : 0;
	return sum;
}

static int by_line(const void *x, const void *y)
{
	const struct acl_rule *a = x, *b = y;

	return (a->line < b->line) - (a->line > b->line);
}

static void put_in_order(struct acl_rules *rules, struct acl_random *random, unsigned int noise)
{
	/* line and slot are not used yet: the order's key, made different for each rule. */
	for (size_t i = 0; i < rules->count; i++)
		rules->rule[i].line =
			(demands(&rules->rule[i]) + acl_below(random, noise)) << 16 | (0xffff - i);
	qsort(rules->rule, rules->count, sizeof(*rules->rule), by_line);
	for (size_t i = 0; i < rules->count; i++)
		rules->rule[i].line = 0;
}

/* Too wide: it would leave nothing for the others. */
static bool too_wide(const struct acl_rule *rule)
{
	return demands(rule) < 24;
}

int acl_set_add(struct acl_set *set, struct acl_rules *rules, const struct acl_rule *rule)
{
	const unsigned char *bytes = (const unsigned char *)rule;
	__u32 hash = 0x811c9dc5;

	for (size_t i = 0; i < offsetof(struct acl_rule, action); i++)
		hash = (hash ^ bytes[i]) * 0x01000193;
	for (hash %= set->size; set->place[hash]; hash = (hash + 1) % set->size)
		if (!memcmp(&rules->rule[set->place[hash] - 1], rule,
			    offsetof(struct acl_rule, action)))
			return 1;
	set->place[hash] = rules->count + 1;
	return acl_rules_insert(rules, rule, 0);
}

int acl_generate(struct acl_rules *rules, enum acl_kind kind, int family, size_t count, __u64 seed)
{
	struct acl_random random;
	struct acl_rule rule;
	struct acl_set set;
	int err = 0;

	acl_rules_free(rules);
	set.size = 2 * count + 7;
	set.place = calloc(set.size, sizeof(*set.place));
	if (!set.place)
		return -ENOMEM;
	acl_seed(&random, seed);
	for (size_t tries = 0; err >= 0 && rules->count < count && tries < 50 * count + 50;
	     tries++) {
		if (kind == ACL_KIND_RANDOM)
			acl_make_random(&random, family, &rule);
		else if (kind == ACL_KIND_EXACT)
			acl_make_exact(&random, family, &rule);
		else
			make_rule(&random, &families[kind], family, &rule);
		if (kind > ACL_KIND_IPC || !too_wide(&rule))
			err = acl_set_add(&set, rules, &rule);
	}
	free(set.place);
	/* Random ones, too, or the few that match nearly everything would hide the others. */
	put_in_order(rules, &random, kind <= ACL_KIND_IPC ? 24 : 60);
	rules->default_action =
		kind <= ACL_KIND_IPC || acl_below(&random, 2) ? ACL_DENY : ACL_PERMIT;
	return err < 0 ? err : 0;
}
