// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The one builder of networks. It does what the topology's table says and
 * knows no topology by name.
 */
#include <errno.h>
#include <linux/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/build.h"
#include "testenv/net.h"
#include "testenv/ns.h"
#include "testenv/pass.h"

#define READY_MS 5000

/* Everything that is open while building. */
struct build {
	struct env *env;
	struct net net[TOPO_NODES];
	struct net watch[TOPO_NODES];
	int pass; /* fd of the pass program, or -1 */
};

#define step(b, ...) snprintf((b)->env->step, sizeof((b)->env->step), __VA_ARGS__)

/* What one's machine says about all namespaces must not reach into ours. */
static bool set_defaults(void)
{
	ns_sysctl("ipv4/conf/all/rp_filter", "0");
	ns_sysctl("ipv4/conf/default/rp_filter", "0");
	ns_sysctl("ipv6/conf/default/disable_ipv6", "0");
	return ns_sysctl("ipv6/conf/all/disable_ipv6", "0") == 0;
}

static int make_node(struct build *b, int node)
{
	const char *name = b->env->topo->nodes[node].name;
	int err;

	step(b, "make the network namespace of node %s", name);
	b->env->ns[node] = ns_new_net();
	if (b->env->ns[node] < 0)
		return b->env->ns[node];
	b->env->ipv6 = set_defaults();
	err = net_open(&b->net[node]);
	if (!err)
		err = net_watch(&b->watch[node]);
	if (!err) {
		step(b, "set up the loopback interface of node %s", name);
		err = net_flags(&b->net[node], 1, IFF_UP, IFF_UP);
	}
	return err;
}

static int make_link(struct build *b, const struct topo_end end[2])
{
	struct net_end name[2];

	for (int side = 0; side < 2; side++)
		name[side] = (struct net_end){ end[side].ifname, end[side].ifindex, end[side].mac };
	step(b, "make the link between %s and %s", b->env->topo->nodes[end[0].node].name,
	     b->env->topo->nodes[end[1].node].name);
	return net_veth(&b->net[end[0].node], &name[0], &name[1], b->env->ns[end[1].node]);
}

static int attach_pass(struct build *b, const struct topo_end *end)
{
	if (b->pass < 0) {
		step(b, "load the pass program");
		b->pass = pass_get();
		if (b->pass < 0)
			return b->pass;
	}
	step(b, "attach the pass program to %s of node %s in native mode", end->ifname,
	     b->env->topo->nodes[end->node].name);
	return net_xdp(&b->net[end->node], end->ifindex, b->pass);
}

/*
 * Addresses are added while the interface is down and has IFF_NOARP: then the
 * kernel joins no multicast groups for them and sends no MLD reports, which
 * would arrive among a test's packets. It looks at the flag in the background,
 * so wait for the announcement that comes after that. Changing the flag
 * flushes neighbours, so these come last.
 */
static int set_addresses(struct build *b, const struct topo_end *end, const struct topo_end *peer)
{
	struct net *net = &b->net[end->node];
	int err;

	step(b, "set the addresses of %s of node %s", end->ifname,
	     b->env->topo->nodes[end->node].name);
	err = net_flags(net, end->ifindex, IFF_NOARP, IFF_NOARP);
	if (!err)
		err = net_address(net, end->ifindex, AF_INET, &end->ip4, TOPO_PREFIX4);
	if (!err && b->env->ipv6)
		err = net_address(net, end->ifindex, AF_INET6, &end->ip6, TOPO_PREFIX6);
	if (!err && b->env->ipv6)
		err = net_wait_address(&b->watch[end->node], end->ifindex, READY_MS);
	if (!err)
		err = net_flags(net, end->ifindex, 0, IFF_NOARP);
	if (!err)
		err = net_flags(net, end->ifindex, IFF_UP, IFF_UP);
	if (!err)
		err = net_neighbour(net, end->ifindex, AF_INET, &peer->ip4, peer->mac);
	if (!err && b->env->ipv6)
		err = net_neighbour(net, end->ifindex, AF_INET6, &peer->ip6, peer->mac);
	return err;
}

static int make_end(struct build *b, const struct topo_end *end, const struct topo_end *peer)
{
	struct net *net = &b->net[end->node];
	char alias[64];
	int err;

	step(b, "set up %s of node %s", end->ifname, b->env->topo->nodes[end->node].name);
	snprintf(alias, sizeof(alias), "%s:%s", TESTENV_MARK, b->env->slot.name);
	err = net_mark(net, end->ifindex, alias);
	if (!err)
		err = net_tx_checksum(net, end->ifname);
	if (!err && end->pass)
		err = attach_pass(b, end);
	if (!err)
		err = set_addresses(b, end, peer);
	return err;
}

static int wait_ready(struct build *b, const struct topo_end *end)
{
	step(b, "see %s of node %s become ready", end->ifname, b->env->topo->nodes[end->node].name);
	return net_wait_ready(&b->net[end->node], &b->watch[end->node], end->ifindex, READY_MS);
}

static int make_links(struct build *b)
{
	const struct topo *topo = b->env->topo;
	struct topo_end end[TOPO_LINKS][2];
	int err = 0;

	for (int i = 0; i < topo->nr_links && !err; i++) {
		for (int side = 0; side < 2; side++)
			topo_end(topo, b->env->slot.nr, i, side, &end[i][side]);
		err = make_link(b, end[i]);
		for (int side = 0; side < 2 && !err; side++)
			err = make_end(b, &end[i][side], &end[i][!side]);
	}
	for (int i = 0; i < topo->nr_links && !err; i++)
		for (int side = 0; side < 2 && !err; side++)
			err = wait_ready(b, &end[i][side]);
	return err;
}

int build_network(struct env *env)
{
	struct build b = { .env = env, .pass = -1 };
	int nodes = topo_nr_nodes(env->topo);
	int home = ns_net();
	int err = home < 0 ? home : 0;

	for (int i = 0; i < nodes && !err; i++)
		err = make_node(&b, i);
	if (!err)
		err = make_links(&b);
	for (int i = 0; i < nodes; i++) {
		net_close(&b.net[i]);
		net_close(&b.watch[i]);
	}
	if (b.pass >= 0)
		close(b.pass);
	if (home >= 0) {
		if (ns_enter_net(home) && !err)
			err = -EIO;
		close(home);
	}
	return err;
}
