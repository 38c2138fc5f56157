/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a user can choose about an environment: the options that "run" and "up"
 * have in common, and how to write them down again.
 */
#ifndef TESTENV_PLAN_H
#define TESTENV_PLAN_H

#include <argp.h>
#include <stdbool.h>

#include "testenv/topo.h"

struct plan {
	const struct topo_kind *kind;
	int hosts; /* 0: the topology's usual number */
	bool ipv4;
	bool ipv6;
	bool need_ipv6; /* not to be done without where the machine has none */
	int vlan;	/* VLAN id of what the nodes send; 0: no tags */
	int mtu;	/* 0: the kernel's usual one */
};

/* The topology "pair", IPv4, and IPv6 where the machine has it. */
void plan_init(struct plan *plan);

/*
 * The options, a child for a command's own parser; the input is the struct
 * plan, after plan_init(). Wrong usage ends the program.
 */
extern const struct argp plan_argp;

#define PLAN_TEXT 128

/* What differs from plan_init(), in words: "IPv4 and IPv6, VLAN 5, MTU 9000". */
void plan_text(const struct plan *plan, char text[PLAN_TEXT]);

#endif
