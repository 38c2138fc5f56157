// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The table of topologies. A new one is a new entry here and nothing else.
 *
 * Addresses follow from the slot, which no two living environments share:
 * a slot owns 10.128/9's addresses in blocks of sixteen /24 networks, one for
 * each link. Host 1 is the link's first end, host 2 its second. The links of a
 * bridge are one network, in which hosts have the number in their name.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "testenv/topo.h"

const struct topo_kind topologies[] = {
	{
		.name = "pair",
		.what = "a -- b",
		.nodes = { { .name = "a", .yours = true }, { .name = "b" } },
		.links = { { { 0, 1 } } },
		.nr_links = 1,
	},
	{
		.name = "router",
		.what = "left -- router -- right",
		.nodes = { { .name = "left" },
			   { .name = "router", .yours = true },
			   { .name = "right" } },
		.links = { { { 0, 1 } }, { { 1, 2 } } },
		.nr_links = 2,
	},
	{
		.name = "lan",
		.what = "bridge -- h1, h2 ... hN",
		.nodes = { { .name = "bridge", .yours = true, .bridge = true } },
		.host = "h",
		.first = 1,
		.joined_to = 0,
		.min = 2,
		.usual = 3,
		.max = 15,
	},
	{
		.name = "lb",
		.what = "client -- lb -- b1, b2 ... bN",
		.nodes = { { .name = "client" }, { .name = "lb", .yours = true } },
		.links = { { { 0, 1 } } },
		.nr_links = 1,
		.host = "b",
		.first = 1,
		.joined_to = 1,
		.min = 1,
		.usual = 2,
		.max = 15,
	},
	{
		.name = "chain",
		.what = "h1 -- h2 -- ... -- hN",
		.nodes = { { .name = "h1" }, { .name = "h2", .yours = true } },
		.links = { { { 0, 1 } } },
		.nr_links = 1,
		.host = "h",
		.first = 3,
		.joined_to = TOPO_PREVIOUS,
		.min = 3,
		.usual = 4,
		.max = 15,
	},
	{
		.name = "none",
		.what = "a, with only the loopback interface",
		.nodes = { { .name = "a", .yours = true } },
	},
	{},
};

const struct topo_kind *topo_find(const char *name)
{
	for (const struct topo_kind *k = topologies; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

int topo_make(struct topo *t, const struct topo_kind *kind, int hosts)
{
	if (!hosts)
		hosts = kind->usual;
	if (hosts < kind->min || hosts > kind->max)
		return -EINVAL;
	memset(t, 0, sizeof(*t));
	t->kind = kind;
	t->hosts = hosts;
	for (; t->nr_nodes < 3 && kind->nodes[t->nr_nodes].name[0]; t->nr_nodes++)
		t->nodes[t->nr_nodes] = kind->nodes[t->nr_nodes];
	for (; t->nr_links < kind->nr_links; t->nr_links++)
		t->links[t->nr_links] = kind->links[t->nr_links];
	for (int number = kind->first; kind->host && number <= hosts; number++) {
		int to = kind->joined_to == TOPO_PREVIOUS ? t->nr_nodes - 1 : kind->joined_to;

		snprintf(t->nodes[t->nr_nodes].name, TOPO_NAME, "%s%d", kind->host, number);
		t->links[t->nr_links++] = (struct topo_link){ { to, t->nr_nodes++ } };
	}
	return 0;
}

int topo_node(const struct topo *t, const char *name)
{
	for (int i = 0; i < t->nr_nodes; i++)
		if (strcmp(t->nodes[i].name, name) == 0)
			return i;
	return -1;
}

int topo_yours(const struct topo *t)
{
	int node = 0;

	while (node < t->nr_nodes - 1 && !t->nodes[node].yours)
		node++;
	return node;
}

/* Which side of the link the node is, or -1. */
static int side_of(const struct topo *t, int link, int node)
{
	for (int side = 0; side < 2; side++)
		if (t->links[link].node[side] == node)
			return side;
	return -1;
}

/* How many ends of links before that one the node has. */
static int ports_before(const struct topo *t, int link, int node)
{
	int n = 0;

	for (int l = 0; l < link; l++)
		n += side_of(t, l, node) >= 0;
	return n;
}

int topo_ports(const struct topo *t, int node)
{
	return ports_before(t, t->nr_links, node);
}

bool topo_forwards(const struct topo *t, int node)
{
	return !t->nodes[node].bridge && topo_ports(t, node) > 1;
}

/* The first link of the network that the link is in. */
static int network(const struct topo *t, int link)
{
	for (int side = 0; side < 2; side++) {
		int node = t->links[link].node[side];

		for (int first = 0; t->nodes[node].bridge; first++)
			if (side_of(t, first, node) >= 0)
				return first;
	}
	return link;
}

static void set_addresses(const struct topo *t, int slot, int link, int side, struct topo_end *end)
{
	int other = t->links[link].node[!side];
	int host = t->nodes[other].bridge ? link - end->network + 1 : side + 1;
	unsigned int subnet = slot * TOPO_LINKS + end->network;

	end->ip4.s_addr = htonl(0x0a800000u + (subnet << 8) + host);
	end->ip6.s6_addr[0] = 0xfd;
	end->ip6.s6_addr[1] = 0xbf;
	end->ip6.s6_addr[4] = slot >> 8;
	end->ip6.s6_addr[5] = slot & 0xff;
	end->ip6.s6_addr[7] = end->network;
	end->ip6.s6_addr[15] = host;
}

void topo_end(const struct topo *t, int slot, int link, int side, struct topo_end *end)
{
	memset(end, 0, sizeof(*end));
	end->node = t->links[link].node[side];
	end->peer = t->links[link].node[!side];
	end->pass = !t->nodes[end->node].yours;
	end->bridged = t->nodes[end->node].bridge;
	end->network = network(t, link);
	end->port = ports_before(t, link, end->node);
	snprintf(end->ifname, sizeof(end->ifname), "eth%d", end->port);
	/*
	 * Numbers that differ between the nodes, so that using another node's
	 * is noticed, and that leave room below for the tunnel devices some
	 * kernels put into every new namespace.
	 */
	end->ifindex = 100 * (end->node + 1) + end->port;
	memcpy(end->mac, (unsigned char[]){ 0x02, 0, slot >> 8, slot & 0xff, link, side + 1 }, 6);
	if (!end->bridged)
		set_addresses(t, slot, link, side, end);
}

/* The link by which a packet leaves node for target, not going back over from; or -1. */
static int leave_by(const struct topo *t, int node, int target, int from)
{
	for (int link = 0; link < t->nr_links; link++) {
		int side = side_of(t, link, node);

		if (side < 0 || link == from)
			continue;
		if (link == target || leave_by(t, t->links[link].node[!side], target, link) >= 0)
			return link;
	}
	return -1;
}

/* A node with one interface sends all that is not for its own network there. */
static int default_route(const struct topo *t, int node, struct topo_route *route)
{
	for (int link = 0; link < t->nr_links; link++) {
		int side = side_of(t, link, node);

		if (side < 0)
			continue;
		*route = (struct topo_route){ -1, link, side };
		return topo_forwards(t, t->links[link].node[!side]);
	}
	return 0;
}

int topo_routes(const struct topo *t, int node, struct topo_route routes[TOPO_LINKS])
{
	int n = 0;

	if (t->nodes[node].bridge)
		return 0;
	if (!topo_forwards(t, node))
		return default_route(t, node, routes);
	for (int link = 0; link < t->nr_links; link++) {
		int via = leave_by(t, node, link, -1);

		if (via >= 0 && via != link)
			routes[n++] = (struct topo_route){ link, via, side_of(t, via, node) };
	}
	return n;
}
