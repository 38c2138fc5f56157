/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What routes.bpf.c and routes.c agree on: the keys and values of the two tables. */
#ifndef ROUTES_H
#define ROUTES_H

/* How many routes a table has room for. */
#define ROUTES_MAX 1024

/*
 * A key of a trie of prefixes begins with the number of bits that count, in host byte
 * order. Behind it are the bits, the first one of the address first: so it is in
 * network byte order, as in a packet.
 */
struct key4 {
	__u32 prefixlen; /* 0 to 32 */
	__be32 address;
};

struct key6 {
	__u32 prefixlen; /* 0 to 128 */
	__u8 address[16];
};

struct route {
	__u64 action;  /* XDP_PASS or XDP_DROP */
	__u64 packets; /* for which it was the longest */
};

#endif
