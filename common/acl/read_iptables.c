// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What iptables-save and ip6tables-save write: the rules of one chain of the table
 * filter, and its policy as the default action. Rules of other chains and tables are
 * passed over; in this chain, what has no meaning here is an error, never ignored: a
 * rule that says less than it did would be another rule.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/read.h"
#include "common/lab/lab.h"

/* The rest of a line, word by word; quotes keep words together, as in --comment "a b". */
struct line {
	char *rest;
	const char *where;
};

/* NULL at the end. */
static char *next_word(struct line *line)
{
	char *begin = line->rest + strspn(line->rest, " \t"), *end;

	if (!*begin)
		return NULL;
	if (*begin == '"') {
		begin++;
		for (end = begin; *end && *end != '"'; end++)
			if (*end == '\\' && end[1])
				end++;
	} else {
		end = begin + strcspn(begin, " \t");
	}
	line->rest = *end ? end + 1 : end;
	*end = '\0';
	return begin;
}

/* ---- one option each --------------------------------------------------------------- */

static int on_source(const char *arg, struct line *line, struct acl_rule *rule)
{
	return acl_word_prefix(arg, line->where, &rule->family, &rule->src);
}

static int on_destination(const char *arg, struct line *line, struct acl_rule *rule)
{
	return acl_word_prefix(arg, line->where, &rule->family, &rule->dst);
}

static int on_protocol(const char *arg, struct line *line, struct acl_rule *rule)
{
	static const struct {
		const char *name;
		__u16 proto;
	} known[] = {
		{ "all", ACL_ANY },
		{ "tcp", IPPROTO_TCP },
		{ "udp", IPPROTO_UDP },
		{ "icmp", IPPROTO_ICMP },
		{ "icmpv6", IPPROTO_ICMPV6 },
		{ "ipv6-icmp", IPPROTO_ICMPV6 },
		{ "esp", IPPROTO_ESP },
		{ "ah", IPPROTO_AH },
		{ "gre", IPPROTO_GRE },
		{ "sctp", IPPROTO_SCTP },
		{ "udplite", IPPROTO_UDPLITE },
		{ "igmp", IPPROTO_IGMP },
		{ "ospf", 89 },
		{ "vrrp", 112 },
	};
	unsigned long number;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(arg, known[i].name) == 0) {
			rule->proto = known[i].proto;
			return 0;
		}
	}
	if (acl_word_number(arg, "a protocol's name or number", 255, line->where, &number))
		return -EINVAL;
	/* iptables calls all protocols 0, too. */
	rule->proto = number ?: ACL_ANY;
	return 0;
}

static int on_sport(const char *arg, struct line *line, struct acl_rule *rule)
{
	return acl_word_ports(arg, ':', line->where, &rule->sport);
}

static int on_dport(const char *arg, struct line *line, struct acl_rule *rule)
{
	return acl_word_ports(arg, ':', line->where, &rule->dport);
}

static int on_icmp_type(const char *arg, struct line *line, struct acl_rule *rule)
{
	unsigned long number;

	if (strcmp(arg, "any") == 0)
		return 0;
	if (strchr(arg, '/'))
		return lab_fail(-EINVAL, "%s'%.40s': ICMP codes are not looked at", line->where,
				arg);
	if (strcmp(arg, "echo-request") == 0)
		number = rule->family == 6 ? 128 : 8;
	else if (strcmp(arg, "echo-reply") == 0)
		number = rule->family == 6 ? 129 : 0;
	else if (acl_word_number(arg, "an ICMP type", 255, line->where, &number))
		return -EINVAL;
	rule->icmp_type = number;
	return 0;
}

/* "SYN,ACK" to "SA". -EINVAL: a word is no flag's. */
static int to_letters(const char *list, char letters[16])
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"
	};
	char text[64], *rest, *word;
	size_t used = 0;

	*letters = '\0';
	if (strcmp(list, "NONE") == 0) {
		strcpy(letters, "0");
		return 0;
	}
	snprintf(text, sizeof(text), "%s", strcmp(list, "ALL") ? list : "FIN,SYN,RST,PSH,ACK,URG");
	for (word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		int i = 0;

		while (i < 8 && strcmp(word, names[i]) != 0)
			i++;
		if (i == 8 || used >= 8)
			return -EINVAL;
		letters[used++] = ACL_FLAG_LETTERS[i];
		letters[used] = '\0';
	}
	return used ? 0 : -EINVAL;
}

static int on_flags(const char *arg, struct line *line, struct acl_rule *rule)
{
	const char *set = next_word(line);
	char mask[16], value[16], text[40];

	if (!set || to_letters(arg, mask) || to_letters(set, value))
		return lab_fail(-EINVAL,
				"%s--tcp-flags has two lists, like SYN,ACK SYN: those that are "
				"looked at, and those that must be set",
				line->where);
	snprintf(text, sizeof(text), "%s/%s", value, mask);
	return acl_word_flags(text, line->where, &rule->flags_mask, &rule->flags_value);
}

static int on_match(const char *arg, struct line *line, struct acl_rule *rule)
{
	static const char *const known[] = { "tcp", "udp", "icmp", "icmp6", "icmpv6", "comment" };

	(void)rule;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(arg, known[i]) == 0)
			return 0;
	return lab_fail(-EINVAL, "%sthe match '%.40s' has no counterpart here", line->where, arg);
}

static int on_target(const char *arg, struct line *line, struct acl_rule *rule)
{
	if (strcmp(arg, "ACCEPT") == 0)
		rule->action = ACL_PERMIT;
	else if (strcmp(arg, "DROP") == 0)
		rule->action = ACL_DENY;
	else
		return lab_fail(-EINVAL, "%sthe target is ACCEPT or DROP, and not '%.40s'",
				line->where, arg);
	return 0;
}

static int on_comment(const char *arg, struct line *line, struct acl_rule *rule)
{
	(void)arg;
	(void)line;
	(void)rule;
	return 0;
}

static const struct rule_option {
	const char *name, *other;
	int (*read)(const char *arg, struct line *line, struct acl_rule *rule);
} options[] = {
	{ "-s", "--source", on_source },
	{ "-d", "--destination", on_destination },
	{ "-p", "--protocol", on_protocol },
	{ "--sport", "--source-port", on_sport },
	{ "--dport", "--destination-port", on_dport },
	{ "--icmp-type", "--icmpv6-type", on_icmp_type },
	{ "--tcp-flags", NULL, on_flags },
	{ "-m", "--match", on_match },
	{ "-j", "--jump", on_target },
	{ "--comment", NULL, on_comment },
};

/* ---- lines ------------------------------------------------------------------------------ */

static const struct rule_option *find(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(name, options[i].name) == 0 ||
		    (options[i].other && strcmp(name, options[i].other) == 0))
			return &options[i];
	return NULL;
}

static int read_option(const char *name, struct line *line, struct acl_rule *rule)
{
	const struct rule_option *option = find(name);
	const char *arg;

	/* What --syn stands for. */
	if (strcmp(name, "--syn") == 0)
		return acl_word_flags("S/FSRA", line->where, &rule->flags_mask, &rule->flags_value);
	if (strcmp(name, "!") == 0)
		return lab_fail(-EINVAL, "%sa rule here has no '!'; say what matches instead",
				line->where);
	if (!option)
		return lab_fail(-EINVAL, "%s'%.40s' has no counterpart here", line->where, name);
	arg = next_word(line);
	if (!arg)
		return lab_fail(-EINVAL, "%sit ends behind %s", line->where, name);
	return option->read(arg, line, rule);
}

/* "INPUT -p tcp --dport 22 -j DROP" */
static int read_rule(struct acl_reader *r, struct line *line)
{
	const char *chain = next_word(line), *name;
	struct acl_rule rule;

	if (!chain)
		return lab_fail(-EINVAL, "%s-A is followed by a chain", r->where);
	if (r->skip || strcmp(chain, r->source->chain ?: "INPUT") != 0)
		return 0;
	acl_rule_init(&rule, 0);
	rule.family = r->family;
	while ((name = next_word(line)))
		if (read_option(name, line, &rule))
			return -EINVAL;
	if (!rule.action)
		return lab_fail(-EINVAL, "%sthe rule has no -j ACCEPT or -j DROP", r->where);
	if (acl_rule_check(&rule, r->where))
		return -EINVAL;
	return acl_reader_add(r, &rule);
}

/* ":INPUT DROP [0:0]" */
static int read_policy(struct acl_reader *r, const char *line)
{
	char chain[64], policy[16];

	if (sscanf(line, ":%63s %15s", chain, policy) != 2)
		return lab_fail(-EINVAL, "%sa chain's line is :CHAIN POLICY", r->where);
	if (r->skip || strcmp(chain, r->source->chain ?: "INPUT") != 0)
		return 0;
	r->policy = true;
	if (strcmp(policy, "DROP") == 0)
		r->rules.default_action = ACL_DENY;
	else if (strcmp(policy, "ACCEPT") == 0)
		r->rules.default_action = ACL_PERMIT;
	else
		return lab_fail(-EINVAL, "%sthe policy of a chain is ACCEPT or DROP, and not '%s'",
				r->where, policy);
	return 0;
}

int acl_read_iptables(struct acl_reader *r, char *text)
{
	struct line line = { .rest = text, .where = r->where };
	const char *word;

	if (*text == '#')
		return 0;
	if (*text == '*') {
		r->skip = strcmp(text, "*filter") != 0;
		return 0;
	}
	if (*text == ':')
		return read_policy(r, text);
	word = next_word(&line);
	/* Counters of iptables-save -c: "[5:300] -A ..." */
	if (word && *word == '[')
		word = next_word(&line);
	if (word && strcmp(word, "COMMIT") == 0)
		return 0;
	if (!word || (strcmp(word, "-A") != 0 && strcmp(word, "--append") != 0))
		return lab_fail(-EINVAL, "%s'%.40s' stands where -A is expected", r->where,
				word ?: "");
	return read_rule(r, &line);
}
