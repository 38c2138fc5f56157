// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The builder's part for IP: addresses, who is whose neighbour, and routes. */
#include <errno.h>
#include <sys/socket.h>

#include "testenv/build_step.h"

static int add_addresses(struct build *b, const struct topo_end *end)
{
	const struct plan *plan = &b->env->plan;
	struct net *net = &b->net[end->node];
	int err = 0;

	step(b, "set the addresses of %s of node %s", end->ifname, node_name(b, end->node));
	if (plan->ipv4)
		err = net_address(net, end->ifindex, AF_INET, &end->ip4, TOPO_PREFIX4);
	if (!err && plan->ipv6)
		err = net_address(net, end->ifindex, AF_INET6, &end->ip6, TOPO_PREFIX6);
	return err;
}

/*
 * Addresses are added while the interface is down and has IFF_NOARP: then the
 * kernel joins no multicast groups for them and sends no MLD reports, which
 * would arrive among a test's packets. It looks at the flag in the background,
 * so wait for the announcement that comes after that. Changing the flag
 * flushes neighbours, so these come later.
 */
int build_addresses(struct build *b)
{
	int added[TOPO_NODES] = {};
	int err = 0;

	for (int i = 0; i < b->nr_ends && !err; i++) {
		if (b->end[i].bridged)
			continue;
		err = add_addresses(b, &b->end[i]);
		added[b->end[i].node] += b->env->plan.ipv6;
	}
	for (int i = 0; i < b->env->topo.nr_nodes && !err; i++) {
		step(b, "see the IPv6 addresses of node %s", node_name(b, i));
		err = net_wait_addresses(&b->watch[i], added[i], READY_MS);
	}
	return err;
}

static int add_neighbour(struct build *b, const struct topo_end *end, const struct topo_end *other)
{
	struct net *net = &b->net[end->node];
	int err = 0;

	step(b, "tell node %s where %s is", node_name(b, end->node), node_name(b, other->node));
	if (b->env->plan.ipv4)
		err = net_neighbour(net, end->ifindex, AF_INET, &other->ip4, other->mac);
	if (!err && b->env->plan.ipv6)
		err = net_neighbour(net, end->ifindex, AF_INET6, &other->ip6, other->mac);
	return err;
}

/* Every host of a network knows every other one, and a bridge all behind its ports. */
int build_neighbours(struct build *b)
{
	int err = 0;

	for (int i = 0; i < b->nr_ends && !err; i++) {
		const struct topo_end *end = &b->end[i];

		if (end->bridged) {
			step(b, "tell node %s what is behind %s", node_name(b, end->node),
			     end->ifname);
			err = net_fdb(&b->net[end->node], end->ifindex, b->end[i ^ 1].mac);
			continue;
		}
		for (int j = 0; j < b->nr_ends && !err; j++)
			if (j != i && !b->end[j].bridged && b->end[j].network == end->network)
				err = add_neighbour(b, end, &b->end[j]);
	}
	return err;
}

static int add_route(struct build *b, int node, const struct topo_route *route)
{
	const struct topo_end *gateway = &b->end[2 * route->via + !route->side];
	/* The addresses in a network differ in what the prefix cuts off. */
	const struct topo_end *to = &b->end[2 * (route->to < 0 ? 0 : route->to)];
	struct in6_addr net6 = to->ip6;
	struct in_addr net4 = { to->ip4.s_addr & htonl(~0u << (32 - TOPO_PREFIX4)) };
	int err = 0;

	for (int i = TOPO_PREFIX6 / 8; i < 16; i++)
		net6.s6_addr[i] = 0;
	if (b->env->plan.ipv4)
		err = net_route(&b->net[node], AF_INET, &net4, route->to < 0 ? 0 : TOPO_PREFIX4,
				&gateway->ip4);
	if (!err && b->env->plan.ipv6)
		err = net_route(&b->net[node], AF_INET6, &net6, route->to < 0 ? 0 : TOPO_PREFIX6,
				&gateway->ip6);
	return err;
}

int build_routes(struct build *b)
{
	struct topo_route routes[TOPO_LINKS];
	int err = 0;

	for (int node = 0; node < b->env->topo.nr_nodes && !err; node++) {
		int n = topo_routes(&b->env->topo, node, routes);

		step(b, "set the routes of node %s", node_name(b, node));
		for (int i = 0; i < n && !err; i++)
			err = add_route(b, node, &routes[i]);
	}
	return err;
}
