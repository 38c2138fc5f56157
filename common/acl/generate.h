/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Between the generators of rule sets. */
#ifndef ACL_GENERATE_H
#define ACL_GENERATE_H

#include "common/acl/acl.h"

/* Which rules there are already: places in a list, from 1; 0 is free. */
struct acl_set {
	size_t size;
	__u32 *place;
};

/* Appends the rule. 1: there is one with the same conditions. */
int acl_set_add(struct acl_set *set, struct acl_rules *rules, const struct acl_rule *rule);

/* generate_random.c: one rule each. family 0: either, or both in one. */
void acl_make_random(struct acl_random *random, int family, struct acl_rule *rule);
void acl_make_exact(struct acl_random *random, int family, struct acl_rule *rule);

/* An address of few different ones, so that rules and packets meet. */
void acl_pick_address(struct acl_random *random, int family, __be32 address[4]);

#endif
