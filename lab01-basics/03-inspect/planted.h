/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the planted programs, plant and culprit must agree on. */
#ifndef PLANTED_H
#define PLANTED_H

#define PORTS_MAX 64
#define NOTE_SIZE 16

/* Value of the map "ports"; its key is a port, a __u32 in host byte order. */
struct entry {
	__u64 refused;	      /* connections */
	char note[NOTE_SIZE]; /* why, in text; ends with 0 */
};

#endif
