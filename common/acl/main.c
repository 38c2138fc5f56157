// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * acl-rules KIND FAMILY COUNT SEED: prints a generated rule set as a file that acl load
 * reads; KIND is acl, fw, ipc, random or exact, FAMILY 4, 6 or (random, exact) 0 for both.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/acl/acl.h"
#include "common/lab/lab.h"

static int usage(void)
{
	fputs("Usage: acl-rules KIND FAMILY COUNT SEED\n"
	      "KIND is acl, fw, ipc, random or exact; FAMILY is 4 or 6, for random and exact also "
	      "0: both.\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	unsigned long family, count;
	char text[ACL_TEXT_MAX];
	struct acl_rules rules;
	enum acl_kind kind;
	int err;

	if (argc != 5 || acl_kind_parse(argv[1], &kind))
		return usage();
	family = strtoul(argv[2], NULL, 10);
	count = strtoul(argv[3], NULL, 10);
	if ((family != 4 && family != 6 && (family || kind < ACL_KIND_RANDOM)) ||
	    count > ACL_RULES_MAX)
		return usage();
	acl_rules_init(&rules);
	err = acl_generate(&rules, kind, family, count, strtoull(argv[4], NULL, 10));
	for (size_t i = 0; !err && i < rules.count; i++)
		puts(acl_rule_text(&rules.rule[i], text));
	if (!err)
		printf("default %s\n", acl_action_name(rules.default_action));
	acl_rules_free(&rules);
	return err ? (lab_report(err, "cannot generate rules"), 5) : 0;
}
