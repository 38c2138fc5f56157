// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The table of topologies. A new one is a new entry here and nothing else.
 *
 * Addresses follow from the slot, which no two living environments share:
 * a slot owns 10.128/9's addresses in blocks of eight /24 networks, one for
 * each link. Host 1 is the link's first end, host 2 its second.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "testenv/topo.h"

const struct topo topologies[] = {
	{
		.name = "pair",
		.what = "two nodes, a (yours) and b, joined by one link",
		.nodes = { { "a", true }, { "b", false } },
		.links = { { { 0, 1 } } },
		.nr_links = 1,
	},
	{
		.name = "none",
		.what = "one node, a (yours), with only the loopback interface",
		.nodes = { { "a", true } },
	},
	{},
};

const struct topo *topo_find(const char *name)
{
	for (const struct topo *t = topologies; t->name; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}

int topo_nr_nodes(const struct topo *t)
{
	int n = 0;

	while (n < TOPO_NODES && t->nodes[n].name)
		n++;
	return n;
}

int topo_node(const struct topo *t, const char *name)
{
	for (int i = 0; i < topo_nr_nodes(t); i++)
		if (strcmp(t->nodes[i].name, name) == 0)
			return i;
	return -1;
}

/* How many ends of earlier links the node has: its interface's number. */
static int port(const struct topo *t, int link, int node)
{
	int n = 0;

	for (int l = 0; l < link; l++)
		n += (t->links[l].node[0] == node) + (t->links[l].node[1] == node);
	return n;
}

void topo_end(const struct topo *t, int slot, int link, int side, struct topo_end *end)
{
	int subnet = slot * TOPO_LINKS + link;
	int host = side + 1;
	int eth;

	memset(end, 0, sizeof(*end));
	end->node = t->links[link].node[side];
	end->pass = !t->nodes[end->node].yours;
	eth = port(t, link, end->node);
	snprintf(end->ifname, sizeof(end->ifname), "eth%d", eth);
	/*
	 * Numbers that differ between the nodes, so that using another node's
	 * is noticed, and that leave room below for the tunnel devices some
	 * kernels put into every new namespace.
	 */
	end->ifindex = 10 * (end->node + 2) + eth;
	memcpy(end->mac, (unsigned char[]){ 0x02, 0, slot >> 8, slot & 0xff, link, host }, 6);
	end->ip4.s_addr = htonl(0x0a800000u + ((unsigned int)subnet << 8) + host);
	end->ip6.s6_addr[0] = 0xfd;
	end->ip6.s6_addr[1] = 0xbf;
	end->ip6.s6_addr[4] = slot >> 8;
	end->ip6.s6_addr[5] = slot & 0xff;
	end->ip6.s6_addr[7] = link;
	end->ip6.s6_addr[15] = host;
}
