/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The shapes a network environment can have, and what follows from a shape:
 * names, interface numbers, addresses and routes. Touches nothing on the machine.
 */
#ifndef TESTENV_TOPO_H
#define TESTENV_TOPO_H

#include <netinet/in.h>
#include <stdbool.h>

#define TOPO_NODES  17
#define TOPO_LINKS  16
#define TOPO_NAME   8
#define TOPO_IFNAME 16

struct topo_node {
	char name[TOPO_NAME];
	/* The user's programs go here: its interfaces come without any. */
	bool yours;
	/* Its interfaces are ports of one bridge, and have no addresses. */
	bool bridge;
};

struct topo_link {
	int node[2];
};

/* Joins each host to the one before it. */
#define TOPO_PREVIOUS -1

/*
 * A topology: nodes that are always there, and hosts, of which the user says how
 * many. One node is yours. Links never form a circle; a bridge is not joined to
 * a node with several interfaces.
 */
struct topo_kind {
	const char *name;
	const char *what;
	struct topo_node nodes[3]; /* until name is empty */
	struct topo_link links[2];
	int nr_links;
	const char *host; /* hosts are called this and a number; NULL: there are none */
	int first;	  /* number of the first one that is not among nodes */
	int joined_to;	  /* the node each of them is joined to, or TOPO_PREVIOUS */
	int min, usual, max;
};

/* The table, ended by a name that is NULL. */
extern const struct topo_kind topologies[];

/* Returns the topology of that name, or NULL. */
const struct topo_kind *topo_find(const char *name);

/* A topology with so many hosts (0: the usual number). */
struct topo {
	const struct topo_kind *kind;
	int hosts;
	int nr_nodes, nr_links;
	struct topo_node nodes[TOPO_NODES];
	struct topo_link links[TOPO_LINKS];
};

/* Fills *t. -EINVAL: the topology cannot have so many hosts. */
int topo_make(struct topo *t, const struct topo_kind *kind, int hosts);

/* Returns the node's number, or -1. */
int topo_node(const struct topo *t, const char *name);

/* The node that is the user's: commands run there when no other is named. */
int topo_yours(const struct topo *t);

/* How many interfaces the node has, without the loopback. */
int topo_ports(const struct topo *t, int node);

/* Does it pass on packets from one interface to the other? */
bool topo_forwards(const struct topo *t, int node);

/* One end of a link, all numbers worked out. */
struct topo_end {
	int node;
	int peer;     /* the node at the other end */
	bool pass;    /* carries the shared pass program */
	bool bridged; /* a port of a bridge: without addresses */
	int network;  /* the same number: neighbours. The first of its links */
	int port;     /* its number among the node's interfaces */
	char ifname[TOPO_IFNAME];
	int ifindex;
	unsigned char mac[6];
	struct in_addr ip4;
	struct in6_addr ip6;
};

#define TOPO_PREFIX4 24
#define TOPO_PREFIX6 64
/* A bridge has this number in its namespace. */
#define TOPO_BRIDGE_IFINDEX 99

/* Fills *end for one side (0, 1) of a link in the environment of that slot. */
void topo_end(const struct topo *t, int slot, int link, int side, struct topo_end *end);

/*
 * A node's route: to the network of a link (-1: to everything) through the
 * other end of its own link via, on which it is that side.
 */
struct topo_route {
	int to;
	int via;
	int side;
};

/* Fills routes with those the node needs besides its own networks; how many. */
int topo_routes(const struct topo *t, int node, struct topo_route routes[TOPO_LINKS]);

#endif
