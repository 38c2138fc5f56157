/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What acl.bpf.c, acl.c and vectors.h agree on: the keys and values of the tables. */
#ifndef TABLES_H
#define TABLES_H

/* A bit for each rule, the first rule's is bit 0 of word 0: 1,256 bytes. */
#define WORDS ((ACL_RULES_MAX + 63) / 64)

struct vector {
	__u64 word[WORDS];
};

/*
 * Values of a field that the same rules accept are a class. Classes are numbered through
 * all fields; the number is the index of their vector in the table of vectors.
 */

/* The classes of a port, as source and as destination. The index is 0 to ACL_NO_PORT. */
struct port_classes {
	__u32 source;
	__u32 destination;
};

#define PORTS (ACL_NO_PORT + 1)

/*
 * The table of other classes: at 0 to 255 those of protocols; behind them those of what
 * only TCP or only ICMP has, by details_index().
 */
#define DETAILS 256
#define OTHERS	(DETAILS + ACL_NO_FLAGS + ACL_NO_TYPE + 1)

/* A packet has TCP flags, or an ICMP type, or neither. */
static inline __u32 details_index(__u32 tcp_flags, __u32 icmp_type)
{
	return DETAILS + (tcp_flags < ACL_NO_FLAGS ? tcp_flags : ACL_NO_FLAGS + icmp_type);
}

/* What a rule says, by the number of its bit. */
struct verdict {
	__u32 action; /* enum acl_action */
	__u32 slot;   /* where its packets are counted */
};

/* A table has two places. The packets are judged by the tables in one of them. */
#define PLACES 2

/* Which one, and what else is true for the whole list. */
struct generation {
	__u32 place;
	__u32 default_action; /* enum acl_action */
	__u32 words;	      /* of each vector that are in use: the others are 0 */
};

#endif
