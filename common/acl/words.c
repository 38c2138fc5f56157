// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Addresses, ports, numbers and flags: the pieces of rules in all formats (words.h). */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/words.h"
#include "common/lab/lab.h"

int acl_word_number(const char *text, const char *what, unsigned long max, const char *where,
		    unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || *number > max)
		return lab_fail(-EINVAL, "%s'%.40s' is not %s (0 to %lu)", where, text, what, max);
	return 0;
}

int acl_word_prefix(const char *text, const char *where, __u16 *family, struct acl_prefix *prefix)
{
	const char *slash = strchr(text, '/');
	unsigned long length;
	char address[64];
	__u16 is;

	*prefix = (struct acl_prefix){ 0 };
	if (strcmp(text, "any") == 0)
		return 0;
	snprintf(address, sizeof(address), "%.*s", slash ? (int)(slash - text) : 63, text);
	is = strchr(address, ':') ? 6 : 4;
	if (inet_pton(is == 6 ? AF_INET6 : AF_INET, address, prefix->address) != 1)
		return lab_fail(-EINVAL, "%s'%.60s' is not an address, and not 'any'", where, text);
	length = is == 6 ? 128 : 32;
	if (slash && acl_word_number(slash + 1, "a prefix length", length, where, &length))
		return -EINVAL;
	if (*family && *family != is)
		return lab_fail(-EINVAL,
				"%s'%.60s' is an IPv%d address, and the rule is about IPv%d", where,
				text, is, *family);
	*family = is;
	prefix->length = length;
	acl_prefix_trim(prefix, is);
	return 0;
}

int acl_word_ports(const char *text, char between, const char *where, struct acl_range *range)
{
	const char *middle = strchr(text, between);
	unsigned long lo, hi;
	char first[16];

	snprintf(first, sizeof(first), "%.*s", middle ? (int)(middle - text) : 15, text);
	if (acl_word_number(first, "a port", 65535, where, &lo) ||
	    acl_word_number(middle ? middle + 1 : first, "a port", 65535, where, &hi))
		return -EINVAL;
	if (lo > hi)
		return lab_fail(-EINVAL, "%sports %lu to %lu: the first is greater than the last",
				where, lo, hi);
	range->lo = lo;
	range->hi = lo == 0 && hi == 65535 ? ACL_NO_PORT : hi;
	return 0;
}

/* Letters to bits, "0" to none; *end is the first that is no flag's. */
static __u16 letters(const char *text, const char **end)
{
	__u16 bits = 0;
	const char *at;

	if (*text == '0')
		text++;
	for (; *text && (at = strchr(ACL_FLAG_LETTERS, *text)); text++)
		bits |= 1 << (at - ACL_FLAG_LETTERS);
	*end = text;
	return bits;
}

int acl_word_flags(const char *text, const char *where, __u16 *mask, __u16 *value)
{
	const char *rest;

	*mask = 0xff;
	*value = letters(text, &rest);
	if (*rest == '/')
		*mask = letters(rest + 1, &rest);
	if (!*text || *rest || !*mask || (*value & ~*mask))
		return lab_fail(-EINVAL,
				"%s'%.40s' are not TCP flags; S/SA is: of SYN and ACK, only SYN "
				"is set (letters " ACL_FLAG_LETTERS ")",
				where, text);
	*mask |= ACL_NO_FLAGS;
	return 0;
}

static bool is_ports(const struct acl_range *range)
{
	return range->lo != 0 || range->hi != ACL_NO_PORT;
}

int acl_rule_check(const struct acl_rule *rule, const char *where)
{
	bool has_ports =
		rule->proto == ACL_ANY || rule->proto == IPPROTO_TCP || rule->proto == IPPROTO_UDP;
	const char *wrong = NULL;

	if ((is_ports(&rule->sport) || is_ports(&rule->dport)) && !has_ports)
		wrong = "only TCP and UDP have ports";
	else if (rule->icmp_type != ACL_ANY && rule->proto != IPPROTO_ICMP &&
		 rule->proto != IPPROTO_ICMPV6)
		wrong = "only ICMP has a type";
	else if (rule->flags_mask && rule->proto != IPPROTO_TCP)
		wrong = "only TCP has flags";
	else if (rule->family == 6 && rule->proto == IPPROTO_ICMP && rule->icmp_type != ACL_ANY)
		wrong = "IPv6 has icmp6, and not icmp";
	else if (rule->family == 4 && rule->proto == IPPROTO_ICMPV6 && rule->icmp_type != ACL_ANY)
		wrong = "IPv4 has icmp, and not icmp6";
	return wrong ? lab_fail(-EINVAL, "%s%s", where, wrong) : 0;
}
