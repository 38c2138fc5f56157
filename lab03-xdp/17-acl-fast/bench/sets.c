// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A rule set as nft's sets. A set has no order, so rules that overlap cannot be in one: of
 * two, the later one goes into a later set. Each layer is one set of concatenated intervals;
 * rules that a set cannot say (ICMP types, TCP flags), and layers of few rules, stay rules.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "rules.h"

/* A set with fewer elements is slower than they are as rules. */
#define SET_MIN 4

static bool prefixes_overlap(const struct acl_prefix *a, const struct acl_prefix *b)
{
	__u32 left = a->length < b->length ? a->length : b->length;

	for (int i = 0; left; i++) {
		__u32 bits = left < 32 ? left : 32;
		__be32 mask = htonl(~0u << (32 - bits));

		if ((a->address[i] ^ b->address[i]) & mask)
			return false;
		left -= bits;
	}
	return true;
}

static bool ranges_overlap(const struct acl_range *a, const struct acl_range *b)
{
	return a->lo <= b->hi && b->lo <= a->hi;
}

/* ICMP types and TCP flags are not looked at: two that differ in them alone count as one. */
static bool overlap(const struct acl_rule *a, const struct acl_rule *b)
{
	if (a->proto != ACL_ANY && b->proto != ACL_ANY && a->proto != b->proto)
		return false;
	return prefixes_overlap(&a->src, &b->src) && prefixes_overlap(&a->dst, &b->dst) &&
	       ranges_overlap(&a->sport, &b->sport) && ranges_overlap(&a->dport, &b->dport);
}

/* layer[i] of each rule, from 0. Returns how many there are. */
static unsigned int find_layers(const struct acl_rules *rules, unsigned int *layer)
{
	unsigned int layers = 0;

	for (size_t i = 0; i < rules->count; i++) {
		layer[i] = 0;
		for (size_t j = 0; j < i; j++)
			if (layer[j] >= layer[i] && overlap(&rules->rule[i], &rules->rule[j]))
				layer[i] = layer[j] + 1;
		if (layer[i] >= layers)
			layers = layer[i] + 1;
	}
	return layers;
}

static bool fits_set(const struct acl_rule *rule)
{
	return rule->icmp_type == ACL_ANY && !rule->flags_mask &&
	       !(rule->proto == ACL_ANY && needs_ports(rule));
}

/* ---- one layer ------------------------------------------------------------------- */

/* First and last address of a prefix: /0 cannot be said as a prefix here. */
static void write_addresses(FILE *out, const struct acl_prefix *prefix, int family)
{
	int af = family == 6 ? AF_INET6 : AF_INET;
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
	struct acl_prefix end = *prefix;
	__be32 mask[4];

	acl_prefix_mask(prefix, family, mask);
	for (int i = 0; i < (family == 6 ? 4 : 1); i++)
		end.address[i] |= ~mask[i];
	inet_ntop(af, prefix->address, first, sizeof(first));
	inet_ntop(af, end.address, last, sizeof(last));
	fprintf(out, prefix->length == (family == 6 ? 128 : 32) ? "%s" : "%s-%s", first, last);
}

static void write_range(FILE *out, __u32 lo, __u32 hi)
{
	fprintf(out, lo == hi ? " . %u" : " . %u-%u", lo, hi);
}

static void write_element(FILE *out, const struct acl_rule *rule, int family)
{
	bool any = rule->proto == ACL_ANY;

	write_addresses(out, &rule->src, family);
	fprintf(out, " . ");
	write_addresses(out, &rule->dst, family);
	write_range(out, any ? 0 : rule->proto, any ? 255 : rule->proto);
	write_range(out, rule->sport.lo, rule->sport.hi < 65535 ? rule->sport.hi : 65535);
	write_range(out, rule->dport.lo, rule->dport.hi < 65535 ? rule->dport.hi : 65535);
}

static size_t set_size(const struct acl_rules *rules, const unsigned int *layer, unsigned int l)
{
	size_t n = 0;

	for (size_t i = 0; i < rules->count; i++)
		n += layer[i] == l && fits_set(&rules->rule[i]);
	return n;
}

static void write_set(FILE *out, const struct acl_rules *rules, const unsigned int *layer,
		      unsigned int l, int family)
{
	const char *sep = "";

	fprintf(out,
		"\tset layer%u {\n\t\ttype ipv%d_addr . ipv%d_addr . inet_proto . inet_service . inet_service\n"
		"\t\tflags interval\n\t\telements = {\n",
		l, family, family);
	for (size_t i = 0; i < rules->count; i++) {
		if (layer[i] != l || !fits_set(&rules->rule[i]))
			continue;
		fprintf(out, "%s\t\t\t", sep);
		write_element(out, &rules->rule[i], family);
		sep = ",\n";
	}
	fprintf(out, "\n\t\t}\n\t}\n");
}

static void look_up_layer(struct filter_text *text, const struct bench_set *set,
			  const unsigned int *layer, unsigned int l, int family)
{
	bool is_set = set_size(&set->rules, layer, l) >= SET_MIN;
	const char *ip = family == 6 ? "ip6" : "ip";
	size_t line = text->lines;

	if (is_set) {
		fprintf(text->out,
			"\t\t%s saddr . %s daddr . meta l4proto . th sport . th dport @layer%u counter drop\n",
			ip, ip, l);
		text->lines++;
	}
	for (size_t i = 0; i < set->rules.count; i++) {
		if (layer[i] != l)
			continue;
		if (is_set && fits_set(&set->rules.rule[i]))
			text->line[0][i + 1] = text->line[1][i + 1] = line;
		else
			each_line(text, set, i, family, nft_rule);
	}
}

int write_nft_sets(struct filter_text *text, const struct bench_set *set, int family)
{
	unsigned int *layer = calloc(set->rules.count, sizeof(*layer)), layers;

	if (!layer)
		return -ENOMEM;
	layers = find_layers(&set->rules, layer);
	fprintf(text->out, "# %u layers\n", layers);
	nft_begin(text->out, family);
	for (unsigned int l = 0; l < layers; l++)
		if (set_size(&set->rules, layer, l) >= SET_MIN)
			write_set(text->out, &set->rules, layer, l, family);
	nft_chain(text->out);
	for (unsigned int l = 0; l < layers; l++)
		look_up_layer(text, set, layer, l, family);
	nft_end(text);
	free(layer);
	return 0;
}
