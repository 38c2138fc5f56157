/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What acl.bpf.c and acl.c agree on: the keys and values of the tables. */
#ifndef TABLES_H
#define TABLES_H

/* What a table answers: a rule that fits the packet. Its number comes first: the lowest wins. */
struct answer {
	__u32 number; /* of the rule, from 1 */
	__u32 action; /* enum acl_action */
	__u32 slot;   /* where its packets are counted */
};

/* A table has two places. The packets are judged by the tables in one of them. */
#define PLACES 2

/* Which one, and what else is true for the whole list. */
struct generation {
	__u32 place;
	__u32 default_action; /* enum acl_action */
};

#endif
