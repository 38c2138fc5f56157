/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the readers of the formats have in common: a file, line by line (read.c). */
#ifndef ACL_READ_H
#define ACL_READ_H

#include "common/acl/words.h"

struct acl_reader {
	const struct acl_source *source;
	struct acl_rules rules; /* so far */
	unsigned int line;
	char where[512]; /* "FILE:LINE: " */
	__u16 family;	 /* iptables: 4 or 6 */
	bool skip;	 /* iptables: in another table */
	bool policy;	 /* iptables: the chain's was there */
};

/* Adds a rule, with the line's number. -EINVAL: there are too many, the reason is kept. */
int acl_reader_add(struct acl_reader *r, struct acl_rule *rule);

/* One line, without its newline and not empty; it may be changed. 0 or -EINVAL. */
int acl_read_plain(struct acl_reader *r, char *line);
int acl_read_classbench(struct acl_reader *r, char *line);
int acl_read_iptables(struct acl_reader *r, char *line);

#endif
