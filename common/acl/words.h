/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Pieces of text that rules are made of, for the readers of all formats. */
#ifndef ACL_WORDS_H
#define ACL_WORDS_H

#include "common/acl/acl.h"

/*
 * Each returns 0, or -EINVAL, and lab_fail() keeps the reason behind `where`. A text
 * that is read is not changed.
 */

/* "10.0.0.0/8", "2001:db8::1", "any". *family: 0, 4 or 6 before and after; it must not change from 4 to 6. */
int acl_word_prefix(const char *text, const char *where, __u16 *family, struct acl_prefix *prefix);

/* "80", "1024-65535"; between: the character between both numbers. All ports are no condition. */
int acl_word_ports(const char *text, char between, const char *where, struct acl_range *range);

/* A decimal number of 0 to max. */
int acl_word_number(const char *text, const char *what, unsigned long max, const char *where,
		    unsigned long *number);

/* "S/SA": flags set, of those looked at; without "/": of all. */
int acl_word_flags(const char *text, const char *where, __u16 *mask, __u16 *value);

/* Letters of flags, bit 0 first. */
#define ACL_FLAG_LETTERS "FSRPAUEC"

/* What contradicts itself: ports of ICMP, a type of TCP, two families. */
int acl_rule_check(const struct acl_rule *rule, const char *where);

/*
 * A packet in the words of acl_rule_parse(), with exact values, and how it looks:
 *	[vlan] [vlan] PROTO from ADDRESS [port PORT] to ADDRESS [port PORT] [type TYPE]
 *	[flags SET] [fragment] [options BYTES] [extensions N]
 * text is changed.
 */
int acl_packet_parse(char *text, struct acl_key *key, struct acl_shape *shape);

#endif
