// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Rules and packets in our own words: writing them, so that text.c can read them again. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>

#include "common/acl/words.h"

const char *acl_action_name(__u32 action)
{
	return action == ACL_PERMIT ? "permit" : action == ACL_DENY ? "deny" : "?";
}

static void put(char text[ACL_TEXT_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(char text[ACL_TEXT_MAX], const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + used, ACL_TEXT_MAX - used, fmt, args);
	va_end(args);
}

static void put_address(char text[ACL_TEXT_MAX], int family, const __be32 address[4])
{
	char buffer[INET6_ADDRSTRLEN];

	put(text, "%s",
	    inet_ntop(family == 6 ? AF_INET6 : AF_INET, address, buffer, sizeof(buffer)) ?: "?");
}

static void put_prefix(char text[ACL_TEXT_MAX], const char *word, int family,
		       const struct acl_prefix *prefix)
{
	put(text, " %s ", word);
	if (prefix->length == 0) {
		put(text, "any");
		return;
	}
	put_address(text, family, prefix->address);
	if (prefix->length != (family == 6 ? 128 : 32))
		put(text, "/%u", prefix->length);
}

static void put_range(char text[ACL_TEXT_MAX], const struct acl_range *range)
{
	if (range->lo == 0 && range->hi == ACL_NO_PORT)
		return;
	put(text, " port %u", range->lo);
	if (range->lo != range->hi)
		put(text, "-%u", range->hi);
}

/* The name says the family, too, for the two that only one family has. */
static void put_proto(char text[ACL_TEXT_MAX], int family, unsigned int proto)
{
	if (proto == ACL_ANY)
		put(text, "any");
	else if (proto == IPPROTO_TCP)
		put(text, "tcp");
	else if (proto == IPPROTO_UDP)
		put(text, "udp");
	else if (proto == IPPROTO_ICMP && family == 4)
		put(text, "icmp");
	else if (proto == IPPROTO_ICMPV6 && family == 6)
		put(text, "icmp6");
	else
		put(text, "%u", proto);
}

static void put_letters(char text[ACL_TEXT_MAX], unsigned int flags)
{
	if (!(flags & 0xff))
		put(text, "0");
	for (int i = 0; i < 8; i++)
		if (flags & 1 << i)
			put(text, "%c", ACL_FLAG_LETTERS[i]);
}

char *acl_rule_text(const struct acl_rule *rule, char text[ACL_TEXT_MAX])
{
	bool said = rule->src.length || rule->dst.length ||
		    (rule->family == 4 && rule->proto == IPPROTO_ICMP) ||
		    (rule->family == 6 && rule->proto == IPPROTO_ICMPV6);

	*text = '\0';
	put(text, "%s ", acl_action_name(rule->action));
	if (rule->family && !said)
		put(text, "ip%d ", rule->family);
	put_proto(text, rule->family, rule->proto);
	put_prefix(text, "from", rule->family, &rule->src);
	put_range(text, &rule->sport);
	put_prefix(text, "to", rule->family, &rule->dst);
	put_range(text, &rule->dport);
	if (rule->icmp_type != ACL_ANY)
		put(text, " type %u", rule->icmp_type);
	if (rule->flags_mask) {
		put(text, " flags ");
		put_letters(text, rule->flags_value);
		put(text, "/");
		put_letters(text, rule->flags_mask);
	}
	return text;
}

char *acl_key_text(const struct acl_key *key, char text[ACL_TEXT_MAX])
{
	bool has_ports = key->proto == IPPROTO_TCP || key->proto == IPPROTO_UDP;
	bool icmp = (key->proto == IPPROTO_ICMP && key->family == 4) ||
		    (key->proto == IPPROTO_ICMPV6 && key->family == 6);

	*text = '\0';
	put_proto(text, key->family, key->proto);
	put(text, " from ");
	put_address(text, key->family, key->src);
	if (key->sport != ACL_NO_PORT)
		put(text, " port %u", key->sport);
	put(text, " to ");
	put_address(text, key->family, key->dst);
	if (key->dport != ACL_NO_PORT)
		put(text, " port %u", key->dport);
	if (key->icmp_type != ACL_NO_TYPE)
		put(text, " type %u", key->icmp_type);
	if (key->tcp_flags != ACL_NO_FLAGS) {
		put(text, " flags ");
		put_letters(text, key->tcp_flags);
	}
	if ((has_ports && key->sport == ACL_NO_PORT) || (icmp && key->icmp_type == ACL_NO_TYPE))
		put(text, " fragment");
	return text;
}
