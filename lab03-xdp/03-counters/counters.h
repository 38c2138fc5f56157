/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What counters.bpf.c and counters.c agree on: the rows, and what a row holds. */
#ifndef COUNTERS_H
#define COUNTERS_H

/* What a frame is: the index of its row in the map. */
enum kind {
	KIND_ARP,
	KIND_ICMP, /* ICMP and ICMPv6 */
	KIND_TCP,
	KIND_UDP,
	KIND_OTHER, /* all that is none of these */
	KINDS	    /* how many there are */
};

/* One row. */
struct counter {
	__u64 packets;
	__u64 bytes;
};

#endif
