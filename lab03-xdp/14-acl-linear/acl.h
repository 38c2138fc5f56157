/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What acl.bpf.c and acl.c agree on: a rule, as the kernel's program reads it. */
#ifndef ACL_LINEAR_H
#define ACL_LINEAR_H

#include "common/bpf/acl.h"

/* No condition on the protocol or the ICMP type. */
#define ANY 0xffff

/* Addresses are in network byte order, the rest is in host byte order. */
struct rule {
	__u32 src[4]; /* the bits that src_mask has not are 0 */
	__u32 src_mask[4];
	__u32 dst[4];
	__u32 dst_mask[4];
	__u32 sport_lo, sport_hi; /* 0 to ACL_NO_PORT: no condition */
	__u32 dport_lo, dport_hi;
	__u16 family;	   /* 4 or 6; 0: both */
	__u16 proto;	   /* or ANY */
	__u16 icmp_type;   /* or ANY */
	__u16 flags_mask;  /* which TCP flags are looked at; 0: no condition */
	__u16 flags_value; /* and what they must be */
	__u16 action;	   /* XDP_DROP or XDP_PASS */
	__u32 slot;	   /* where the packets that it decides about are counted */
};

/* The list's rules, and behind them one without conditions: the default. */
#define LIST_MAX (ACL_RULES_MAX + 1)

#endif
