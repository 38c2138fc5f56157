/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The shapes a network environment can have, and what follows from a shape:
 * names, interface numbers and addresses. Touches nothing on the machine.
 */
#ifndef TESTENV_TOPO_H
#define TESTENV_TOPO_H

#include <netinet/in.h>
#include <stdbool.h>

#define TOPO_NODES  8
#define TOPO_LINKS  8
#define TOPO_IFNAME 16

struct topo_node {
	const char *name;
	/* The learner's programs go here: its interfaces come without any. */
	bool yours;
};

struct topo_link {
	int node[2];
};

struct topo {
	const char *name;
	const char *what;
	struct topo_node nodes[TOPO_NODES]; /* until name is NULL; the first runs CMD */
	struct topo_link links[TOPO_LINKS];
	int nr_links;
};

/* One end of a link, all numbers worked out. */
struct topo_end {
	int node;
	bool pass; /* carries the shared pass program */
	char ifname[TOPO_IFNAME];
	int ifindex;
	unsigned char mac[6];
	struct in_addr ip4;
	struct in6_addr ip6;
};

#define TOPO_PREFIX4 24
#define TOPO_PREFIX6 64

/* Returns the topology of that name, or NULL. */
const struct topo *topo_find(const char *name);

/* The table, ended by a name that is NULL. */
extern const struct topo topologies[];

int topo_nr_nodes(const struct topo *t);

/* Returns the node's number, or -1. */
int topo_node(const struct topo *t, const char *name);

/* Fills *end for one side (0, 1) of a link in the environment of that slot. */
void topo_end(const struct topo *t, int slot, int link, int side, struct topo_end *end);

#endif
