/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the parts of the builder share; nobody else needs it. */
#ifndef TESTENV_BUILD_STEP_H
#define TESTENV_BUILD_STEP_H

#include <stdio.h>

#include "testenv/env.h"
#include "testenv/net.h"

#define READY_MS 5000

/* Everything that is open while building. */
struct build {
	struct env *env;
	struct net net[TOPO_NODES];
	struct net watch[TOPO_NODES];
	/* The ends of link i are 2i and 2i + 1: the other end of e is e ^ 1. */
	struct topo_end end[2 * TOPO_LINKS];
	int nr_ends;
	int pass;     /* fds of the programs on interfaces, or -1 */
	int push_tag; /* see tag.h */
	int pop_tag;
};

/* Says what is about to be done, for the message when it fails. */
#define step(b, ...) snprintf((b)->env->step, sizeof((b)->env->step), __VA_ARGS__)

static inline const char *node_name(const struct build *b, int node)
{
	return b->env->topo.nodes[node].name;
}

/*
 * The parts of build_ip.c: while the interfaces are down, and when they are up.
 * 0 or -errno, with env->step.
 */
int build_addresses(struct build *b);
int build_neighbours(struct build *b);
int build_routes(struct build *b);

#endif
