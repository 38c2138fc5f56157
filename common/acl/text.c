// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Rules and packets in our own words: reading them. Writing them: print.c. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "common/acl/words.h"
#include "common/lab/lab.h"

/* What has not been read yet. next: "" at the end. */
struct words {
	char *rest;
	const char *next;
	const char *where;
};

static void step(struct words *w)
{
	w->next = strtok_r(NULL, " \t\r\n", &w->rest) ?: "";
}

static void begin(struct words *w, char *text, const char *where)
{
	w->where = where;
	w->next = strtok_r(text, " \t\r\n", &w->rest) ?: "";
}

/* Takes this word if it comes next. */
static bool take(struct words *w, const char *word)
{
	if (strcmp(w->next, word) != 0)
		return false;
	step(w);
	return true;
}

static int expect(struct words *w, const char *word)
{
	if (take(w, word))
		return 0;
	if (!*w->next)
		return lab_fail(-EINVAL, "%sit ends where '%s' is expected", w->where, word);
	return lab_fail(-EINVAL, "%s'%.40s' stands where '%s' is expected", w->where, w->next,
			word);
}

int acl_action_parse(const char *text, __u32 *action)
{
	if (strcmp(text, "permit") == 0)
		*action = ACL_PERMIT;
	else if (strcmp(text, "deny") == 0)
		*action = ACL_DENY;
	else
		return -EINVAL;
	return 0;
}

static int read_proto(struct words *w, struct acl_rule *rule)
{
	unsigned long number;
	__u16 family = 0;

	if (strcmp(w->next, "any") == 0) {
		number = ACL_ANY;
	} else if (strcmp(w->next, "tcp") == 0) {
		number = IPPROTO_TCP;
	} else if (strcmp(w->next, "udp") == 0) {
		number = IPPROTO_UDP;
	} else if (strcmp(w->next, "icmp") == 0) {
		number = IPPROTO_ICMP;
		family = 4;
	} else if (strcmp(w->next, "icmp6") == 0) {
		number = IPPROTO_ICMPV6;
		family = 6;
	} else if (acl_word_number(w->next, "a protocol: any, tcp, udp, icmp, icmp6, or a number",
				   255, w->where, &number)) {
		return -EINVAL;
	}
	if (family && rule->family && family != rule->family)
		return lab_fail(-EINVAL, "%s%s is not IPv%d's", w->where, w->next, rule->family);
	rule->family = rule->family ?: family;
	rule->proto = number;
	step(w);
	return 0;
}

/* "from ADDRESS [port PORTS]" */
static int read_end(struct words *w, const char *word, __u16 *family, struct acl_prefix *prefix,
		    struct acl_range *ports)
{
	if (expect(w, word) || acl_word_prefix(w->next, w->where, family, prefix))
		return -EINVAL;
	step(w);
	if (!take(w, "port"))
		return 0;
	if (acl_word_ports(w->next, '-', w->where, ports))
		return -EINVAL;
	step(w);
	return 0;
}

/* One of what may follow; 0 also if it is none of these: then nothing is taken. */
static int read_condition(struct words *w, struct acl_rule *rule)
{
	unsigned long number;

	if (take(w, "type")) {
		if (acl_word_number(w->next, "an ICMP type", 255, w->where, &number))
			return -EINVAL;
		rule->icmp_type = number;
		step(w);
	} else if (take(w, "flags")) {
		if (acl_word_flags(w->next, w->where, &rule->flags_mask, &rule->flags_value))
			return -EINVAL;
		step(w);
	}
	return 0;
}

static int read_conditions(struct words *w, struct acl_rule *rule)
{
	if (take(w, "ip4"))
		rule->family = 4;
	else if (take(w, "ip6"))
		rule->family = 6;
	if (read_proto(w, rule) || read_end(w, "from", &rule->family, &rule->src, &rule->sport) ||
	    read_end(w, "to", &rule->family, &rule->dst, &rule->dport) || read_condition(w, rule) ||
	    read_condition(w, rule))
		return -EINVAL;
	return acl_rule_check(rule, w->where);
}

int acl_rule_parse(char *text, const char *where, struct acl_rule *rule)
{
	struct words w;
	__u32 action;

	begin(&w, text, where);
	if (acl_action_parse(w.next, &action))
		return lab_fail(-EINVAL,
				"%sa rule begins with permit or deny, and not with '%.40s'", where,
				w.next);
	acl_rule_init(rule, action);
	step(&w);
	if (read_conditions(&w, rule))
		return -EINVAL;
	if (*w.next)
		return lab_fail(-EINVAL, "%s'%.40s' has no meaning here", where, w.next);
	return 0;
}

/* ---- packets ------------------------------------------------------------------- */

static int read_looks(struct words *w, struct acl_shape *shape)
{
	unsigned long number;

	while (*w->next) {
		if (take(w, "fragment")) {
			shape->later_fragment = true;
		} else if (take(w, "options")) {
			if (acl_word_number(w->next, "a number of bytes", 40, "", &number))
				return -EINVAL;
			shape->options = (number + 3) / 4 * 4;
			step(w);
		} else if (take(w, "extensions")) {
			if (acl_word_number(w->next, "a number of headers", 5, "", &number))
				return -EINVAL;
			shape->extensions = number;
			step(w);
		} else {
			return lab_fail(-EINVAL, "'%.40s' has no meaning here", w->next);
		}
	}
	return 0;
}

/* The one port that it says, if the packet has any. */
static int exact_port(const struct acl_range *range, const struct acl_key *key, const char *which,
		      bool later_fragment, __u32 *port)
{
	bool has_ports = key->proto == IPPROTO_TCP || key->proto == IPPROTO_UDP;

	*port = ACL_NO_PORT;
	if (!has_ports || later_fragment) {
		if (range->lo != 0 || range->hi != ACL_NO_PORT)
			return lab_fail(-EINVAL, "a later fragment has no ports");
		return 0;
	}
	if (range->lo != range->hi)
		return lab_fail(-EINVAL, "a TCP or UDP packet has a %s port: '%s ADDRESS port N'",
				which, strcmp(which, "source") == 0 ? "from" : "to");
	*port = range->lo;
	return 0;
}

static int exact(const struct acl_rule *rule, const struct acl_shape *shape, struct acl_key *key)
{
	unsigned int bits = rule->family == 6 ? 128 : 32;
	bool icmp = (rule->proto == IPPROTO_ICMP && rule->family == 4) ||
		    (rule->proto == IPPROTO_ICMPV6 && rule->family == 6);

	if (rule->src.length != bits || rule->dst.length != bits)
		return lab_fail(-EINVAL, "a packet has one source and one destination address");
	if (rule->proto == ACL_ANY)
		return lab_fail(-EINVAL, "a packet has one protocol: tcp, udp, icmp, icmp6, or a "
					 "number");
	*key = (struct acl_key){ .icmp_type = ACL_NO_TYPE,
				 .tcp_flags = ACL_NO_FLAGS,
				 .proto = rule->proto,
				 .family = rule->family };
	memcpy(key->src, rule->src.address, sizeof(key->src));
	memcpy(key->dst, rule->dst.address, sizeof(key->dst));
	if (exact_port(&rule->sport, key, "source", shape->later_fragment, &key->sport) ||
	    exact_port(&rule->dport, key, "destination", shape->later_fragment, &key->dport))
		return -EINVAL;
	if (shape->later_fragment)
		return 0;
	/* An echo request, the start of a connection. */
	if (icmp)
		key->icmp_type = rule->icmp_type != ACL_ANY ? rule->icmp_type
				 : rule->family == 4	    ? 8
							    : 128;
	if (rule->proto == IPPROTO_TCP)
		key->tcp_flags = rule->flags_mask ? rule->flags_value : 0x02;
	return 0;
}

int acl_packet_parse(char *text, struct acl_key *key, struct acl_shape *shape)
{
	struct acl_rule rule;
	struct words w;

	*shape = (struct acl_shape){ 0 };
	acl_rule_init(&rule, ACL_PERMIT);
	begin(&w, text, "");
	while (shape->tags < 2 && take(&w, "vlan"))
		shape->tags++;
	if (read_conditions(&w, &rule) || read_looks(&w, shape))
		return -EINVAL;
	return exact(&rule, shape, key);
}
