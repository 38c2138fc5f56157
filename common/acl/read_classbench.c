// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * ClassBench's filter sets, as its db_generator writes them, and the same with
 * IPv6 addresses:
 *
 *	@10.0.0.0/8  192.0.2.1/32  0 : 65535  80 : 80  0x06/0xFF  0x0000/0x0000
 *
 * They have no actions: what a filter describes is permitted, the rest is not. The
 * last column is a word of the TCP header that the sets themselves never use
 * the same way; it is not read, as in all that we know of.
 */
#include <errno.h>
#include <string.h>

#include "common/acl/read.h"
#include "common/lab/lab.h"

static int read_proto(const char *text, const char *where, struct acl_rule *rule)
{
	unsigned int value, mask;
	char rest;

	if (sscanf(text, "%x/%x%c", &value, &mask, &rest) != 2 || value > 0xff)
		return lab_fail(-EINVAL, "%s'%.40s' is not a protocol like 0x06/0xFF", where, text);
	if (mask != 0 && mask != 0xff)
		return lab_fail(-EINVAL, "%sthe mask of a protocol is 0xFF or 0x00, and not 0x%02X",
				where, mask);
	rule->proto = mask ? value : ACL_ANY;
	return 0;
}

/* "0 : 65535", in three words */
static int read_range(char *const words[3], const char *where, struct acl_range *range)
{
	char text[32];

	if (strcmp(words[1], ":") != 0)
		return lab_fail(-EINVAL, "%s'%.40s' stands where ':' is expected", where, words[1]);
	snprintf(text, sizeof(text), "%.10s:%.10s", words[0], words[2]);
	return acl_word_ports(text, ':', where, range);
}

int acl_read_classbench(struct acl_reader *r, char *line)
{
	char *words[10], *rest, *word;
	struct acl_rule rule;
	int n = 0;

	if (*line == '#')
		return 0;
	if (*line != '@')
		return lab_fail(-EINVAL, "%sa filter begins with '@'", r->where);
	for (word = strtok_r(line + 1, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		if (n == 10)
			return lab_fail(-EINVAL, "%s'%.40s' is one word too many", r->where, word);
		words[n++] = word;
	}
	if (n < 9)
		return lab_fail(-EINVAL,
				"%sa filter has two prefixes, two ranges LO : HI and a protocol; "
				"here are %d words instead of 9",
				r->where, n);
	acl_rule_init(&rule, ACL_PERMIT);
	r->rules.default_action = ACL_DENY;
	if (acl_word_prefix(words[0], r->where, &rule.family, &rule.src) ||
	    acl_word_prefix(words[1], r->where, &rule.family, &rule.dst) ||
	    read_range(words + 2, r->where, &rule.sport) ||
	    read_range(words + 5, r->where, &rule.dport) || read_proto(words[8], r->where, &rule))
		return -EINVAL;
	return acl_reader_add(r, &rule);
}
