// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A rule set in the words of iptables-restore and of nft, rule by rule. */
#include <arpa/inet.h>
#include <string.h>

#include "rules.h"

enum {
	PREFIX_MAX = INET6_ADDRSTRLEN + 5
};

static const char *prefix_text(const struct acl_prefix *prefix, int family, char text[PREFIX_MAX])
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(family == 6 ? AF_INET6 : AF_INET, prefix->address, address, sizeof(address));
	snprintf(text, PREFIX_MAX, "%s/%u", address, prefix->length);
	return text;
}

/* A condition that not every packet with ports meets. */
static bool has_range(const struct acl_range *range)
{
	return range->lo > 0 || range->hi < 65535;
}

bool needs_ports(const struct acl_rule *rule)
{
	return rule->sport.lo > 0 || rule->sport.hi != ACL_NO_PORT || rule->dport.lo > 0 ||
	       rule->dport.hi != ACL_NO_PORT;
}

/*
 * Calls write for each line that the rule needs: one, or two when it has ports and no
 * protocol. Which line is whose is noted.
 */
void each_line(struct filter_text *text, const struct bench_set *set, size_t index, int family,
	       void (*write)(FILE *out, const struct acl_rule *rule, int family))
{
	struct acl_rule rule = set->rules.rule[index];

	text->line[0][index + 1] = text->line[1][index + 1] = text->lines++;
	if (rule.proto != ACL_ANY || !needs_ports(&rule)) {
		write(text->out, &rule, family);
		return;
	}
	rule.proto = IPPROTO_TCP;
	write(text->out, &rule, family);
	rule.proto = IPPROTO_UDP;
	write(text->out, &rule, family);
	text->line[1][index + 1] = text->lines++;
}

/* ---- iptables ----------------------------------------------------------------- */

static void iptables_flags(FILE *out, unsigned int mask, unsigned int value)
{
	static const char *const names[] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG" };
	const unsigned int list[] = { mask, value };

	fprintf(out, " --tcp-flags");
	for (int l = 0; l < 2; l++) {
		const char *sep = " ";

		for (int i = 0; i < 6; i++) {
			if (!(list[l] & 1u << i))
				continue;
			fprintf(out, "%s%s", sep, names[i]);
			sep = ",";
		}
		if (sep[0] == ' ')
			fprintf(out, " NONE");
	}
}

static void iptables_ports(FILE *out, const struct acl_rule *rule)
{
	if (has_range(&rule->sport))
		fprintf(out, " --sport %u:%u", rule->sport.lo, rule->sport.hi);
	if (has_range(&rule->dport))
		fprintf(out, " --dport %u:%u", rule->dport.lo, rule->dport.hi);
}

static void iptables_line(FILE *out, const struct acl_rule *rule, int family)
{
	char prefix[PREFIX_MAX];

	fprintf(out, "-A PREROUTING");
	if (rule->src.length)
		fprintf(out, " -s %s", prefix_text(&rule->src, family, prefix));
	if (rule->dst.length)
		fprintf(out, " -d %s", prefix_text(&rule->dst, family, prefix));
	if (rule->proto != ACL_ANY)
		fprintf(out, " -p %u", rule->proto);
	if (rule->proto == IPPROTO_TCP || rule->proto == IPPROTO_UDP)
		iptables_ports(out, rule);
	if (rule->icmp_type != ACL_ANY)
		fprintf(out, family == 6 ? " --icmpv6-type %u" : " --icmp-type %u",
			rule->icmp_type);
	if (rule->flags_mask & ~ACL_NO_FLAGS)
		iptables_flags(out, rule->flags_mask, rule->flags_value);
	fprintf(out, " -j DROP\n");
}

void write_iptables(struct filter_text *text, const struct bench_set *set, int family)
{
	fprintf(text->out, "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n");
	for (size_t i = 0; i < set->rules.count; i++)
		each_line(text, set, i, family, iptables_line);
	fprintf(text->out, "-A PREROUTING -j DROP\nCOMMIT\n");
	text->lines++;
}

/* ---- nft ------------------------------------------------------------------------ */

void nft_begin(FILE *out, int family)
{
	fprintf(out, "table %s bench {\n", family == 6 ? "ip6" : "ip");
}

void nft_chain(FILE *out)
{
	fprintf(out, "\tchain rules {\n\t\ttype filter hook prerouting priority raw;\n");
}

void nft_end(struct filter_text *text)
{
	fprintf(text->out, "\t\tcounter drop\n\t}\n}\n");
	text->lines++;
}

static void nft_range(FILE *out, const char *what, const struct acl_range *range)
{
	if (!has_range(range))
		return;
	fprintf(out, " %s %u", what, range->lo);
	if (range->hi != range->lo)
		fprintf(out, "-%u", range->hi);
}

void nft_rule(FILE *out, const struct acl_rule *rule, int family)
{
	const char *ip = family == 6 ? "ip6" : "ip";
	char prefix[PREFIX_MAX];

	fprintf(out, "\t\t");
	if (rule->src.length)
		fprintf(out, " %s saddr %s", ip, prefix_text(&rule->src, family, prefix));
	if (rule->dst.length)
		fprintf(out, " %s daddr %s", ip, prefix_text(&rule->dst, family, prefix));
	if (rule->proto != ACL_ANY)
		fprintf(out, " meta l4proto %u", rule->proto);
	if (rule->proto == IPPROTO_TCP || rule->proto == IPPROTO_UDP) {
		nft_range(out, "th sport", &rule->sport);
		nft_range(out, "th dport", &rule->dport);
	}
	if (rule->icmp_type != ACL_ANY)
		fprintf(out, " %s type %u", family == 6 ? "icmpv6" : "icmp", rule->icmp_type);
	if (rule->flags_mask & ~ACL_NO_FLAGS)
		fprintf(out, " tcp flags & 0x%x == 0x%x", rule->flags_mask & 0xffu,
			rule->flags_value & 0xffu);
	fprintf(out, " counter drop\n");
}

void write_nft_linear(struct filter_text *text, const struct bench_set *set, int family)
{
	nft_begin(text->out, family);
	nft_chain(text->out);
	for (size_t i = 0; i < set->rules.count; i++)
		each_line(text, set, i, family, nft_rule);
	nft_end(text);
}
