/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What policy.bpf.c and policy.c agree on: what a generation of the policy is made of. */
#ifndef POLICY_H
#define POLICY_H

/* How many rules a generation may have. */
#define RULES_MAX 256

/* A generation is one map with the rules of two kinds in it. */
enum table {
	PORT_CLASS,   /* number: a UDP port; the value is its class */
	CLASS_ACTION, /* number: a class; the value is XDP_PASS or XDP_DROP */
};

struct rule_key {
	__u32 table;  /* enum table */
	__u32 number; /* host byte order */
};

#endif
