/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What both sides must agree on, and the next version's program, too. */
#ifndef METER_H
#define METER_H

/* Value of the map "traffic". */
struct traffic {
	__u64 packets;
	__u64 bytes; /* from the IP header on; version 1 leaves it alone */
};

#endif
