// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The one builder of networks. It does what the topology's table says and
 * knows no topology by name. Addresses and routes are in build_ip.c.
 */
#include <errno.h>
#include <linux/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/build.h"
#include "testenv/build_step.h"
#include "testenv/ns.h"
#include "testenv/pass.h"
#include "testenv/tag.h"

#define BRIDGE "br0"

/* What one's machine says about all namespaces must not reach into ours. */
static bool set_defaults(bool ipv6)
{
	const char *disable = ipv6 ? "0" : "1";

	ns_sysctl("ipv4/conf/all/rp_filter", "0");
	ns_sysctl("ipv4/conf/default/rp_filter", "0");
	ns_sysctl("ipv4/conf/all/send_redirects", "0");
	ns_sysctl("ipv4/conf/default/send_redirects", "0");
	ns_sysctl("ipv6/conf/default/disable_ipv6", disable);
	return ns_sysctl("ipv6/conf/all/disable_ipv6", disable) == 0;
}

static int make_namespace(struct build *b, int node)
{
	struct plan *plan = &b->env->plan;

	step(b, "make the network namespace of node %s", node_name(b, node));
	b->env->ns[node] = ns_new_net();
	if (b->env->ns[node] < 0)
		return b->env->ns[node];
	if (set_defaults(plan->ipv6 && !b->env->topo.nodes[node].bridge) || !plan->ipv6)
		return 0;
	step(b, "use IPv6 in node %s", node_name(b, node));
	plan->ipv6 = false;
	return plan->need_ipv6 ? -EAFNOSUPPORT : 0;
}

static int make_bridge(struct build *b, int node)
{
	struct net *net = &b->net[node];
	int err;

	step(b, "make the bridge of node %s", node_name(b, node));
	err = net_bridge(net, BRIDGE, TOPO_BRIDGE_IFINDEX);
	return err ? err : net_flags(net, TOPO_BRIDGE_IFINDEX, IFF_UP, IFF_UP);
}

static int make_node(struct build *b, int node)
{
	int err = make_namespace(b, node);

	if (!err)
		err = net_open(&b->net[node]);
	if (!err)
		err = net_watch(&b->watch[node]);
	if (err)
		return err;
	step(b, "set up the loopback interface of node %s", node_name(b, node));
	err = net_flags(&b->net[node], 1, IFF_UP, IFF_UP);
	if (!err && b->env->topo.nodes[node].bridge)
		err = make_bridge(b, node);
	return err;
}

static int make_link(struct build *b, const struct topo_end end[2])
{
	struct net_end name[2];

	for (int side = 0; side < 2; side++)
		name[side] = (struct net_end){ end[side].ifname, end[side].ifindex, end[side].mac,
					       b->env->plan.mtu };
	step(b, "make the link between %s and %s", node_name(b, end[0].node),
	     node_name(b, end[1].node));
	return net_veth(&b->net[end[0].node], &name[0], &name[1], b->env->ns[end[1].node]);
}

/*
 * Without IFF_MULTICAST the kernel joins no group when forwarding is switched on;
 * for IFF_NOARP see build_addresses(). Both are as usual again in bring_up().
 */
static int prepare(struct build *b, const struct topo_end *end)
{
	struct net *net = &b->net[end->node];
	char alias[64];
	int err;

	step(b, "prepare %s of node %s", end->ifname, node_name(b, end->node));
	snprintf(alias, sizeof(alias), "%s:%s", TESTENV_MARK, b->env->slot.name);
	err = net_mark(net, end->ifindex, alias, b->env->plan.ipv6);
	if (!err)
		err = net_plain(net, end->ifname);
	if (!err)
		err = net_flags(net, end->ifindex, IFF_NOARP, IFF_NOARP | IFF_MULTICAST);
	if (!err && end->bridged)
		err = net_port(net, end->ifindex, TOPO_BRIDGE_IFINDEX);
	return err;
}

static int forward(struct build *b, int node)
{
	int err = fault_step();

	step(b, "make node %s forward packets", node_name(b, node));
	if (!err)
		err = ns_enter_net(b->env->ns[node]);
	if (!err)
		err = ns_sysctl("ipv4/ip_forward", "1");
	if (!err && b->env->plan.ipv6)
		err = ns_sysctl("ipv6/conf/all/forwarding", "1");
	return err;
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
	     node_name(b, end->node));
	return net_xdp(&b->net[end->node], end->ifindex, b->pass);
}

/* A bridge passes on frames with their tags. */
static int attach_tags(struct build *b, const struct topo_end *end)
{
	int err;

	if (!b->env->plan.vlan || end->bridged)
		return 0;
	if (b->push_tag < 0) {
		step(b, "load the programs for VLAN tags");
		err = tag_load(b->env->plan.vlan, &b->push_tag, &b->pop_tag);
		if (err)
			return err;
	}
	step(b, "attach the programs for VLAN tags to %s of node %s", end->ifname,
	     node_name(b, end->node));
	return net_tc(&b->net[end->node], end->ifindex, b->pop_tag, b->push_tag);
}

/*
 * In two steps: were IFF_NOARP to change on an interface that is up, the kernel
 * would look at its addresses anew, and join groups.
 */
static int bring_up(struct build *b, const struct topo_end *end)
{
	struct net *net = &b->net[end->node];
	int err;

	step(b, "bring up %s of node %s", end->ifname, node_name(b, end->node));
	err = net_flags(net, end->ifindex, IFF_MULTICAST, IFF_MULTICAST | IFF_NOARP);
	return err ? err : net_flags(net, end->ifindex, IFF_UP, IFF_UP);
}

static int wait_ready(struct build *b, const struct topo_end *end)
{
	step(b, "see %s of node %s become ready", end->ifname, node_name(b, end->node));
	return net_wait_ready(&b->net[end->node], &b->watch[end->node], end->ifindex, READY_MS);
}

static int each_end(struct build *b, int (*act)(struct build *b, const struct topo_end *end))
{
	int err = 0;

	for (int i = 0; i < b->nr_ends && !err; i++)
		err = act(b, &b->end[i]);
	return err;
}

static int attach_programs(struct build *b, const struct topo_end *end)
{
	int err = end->pass ? attach_pass(b, end) : 0;

	return err ? err : attach_tags(b, end);
}

static int build_all(struct build *b)
{
	const struct topo *topo = &b->env->topo;
	int err = 0;

	for (int i = 0; i < topo->nr_nodes && !err; i++)
		err = make_node(b, i);
	for (int i = 0; i < b->nr_ends && !err; i += 2)
		err = make_link(b, &b->end[i]);
	if (!err)
		err = each_end(b, prepare);
	for (int i = 0; i < topo->nr_nodes && !err; i++)
		if (topo_forwards(topo, i))
			err = forward(b, i);
	if (!err)
		err = each_end(b, attach_programs);
	if (!err)
		err = build_addresses(b);
	if (!err)
		err = each_end(b, bring_up);
	if (!err)
		err = build_neighbours(b);
	if (!err)
		err = build_routes(b);
	return err ? err : each_end(b, wait_ready);
}

static void close_all(struct build *b)
{
	const int fds[] = { b->pass, b->push_tag, b->pop_tag };

	for (int i = 0; i < b->env->topo.nr_nodes; i++) {
		net_close(&b->net[i]);
		net_close(&b->watch[i]);
	}
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

int build_network(struct env *env)
{
	struct build b = { .env = env, .pass = -1, .push_tag = -1, .pop_tag = -1 };
	int home = ns_net();
	int err = home < 0 ? home : 0;

	for (; b.nr_ends < 2 * env->topo.nr_links; b.nr_ends++)
		topo_end(&env->topo, env->slot.nr, b.nr_ends / 2, b.nr_ends % 2, &b.end[b.nr_ends]);
	if (!err)
		err = build_all(&b);
	close_all(&b);
	if (home >= 0) {
		if (ns_enter_net(home) && !err)
			err = -EIO;
		close(home);
	}
	return err;
}
