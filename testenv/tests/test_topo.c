// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of topologies: every entry is consistent, no two ends collide. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "testenv/slot.h"
#include "testenv/topo.h"

#define ENDS (2 * TOPO_LINKS)

/* Calls check() for every topology, with the fewest, the usual and the most hosts. */
static void each_topology(void (*check)(const struct topo *t))
{
	for (const struct topo_kind *k = topologies; k->name; k++) {
		const int hosts[] = { k->min, k->usual, k->max };
		struct topo t;

		for (int i = 0; i < 3; i++) {
			assert_int_equal(topo_make(&t, k, hosts[i]), 0);
			check(&t);
		}
	}
}

static int all_ends(const struct topo *t, int slot, struct topo_end ends[ENDS])
{
	for (int i = 0; i < 2 * t->nr_links; i++)
		topo_end(t, slot, i / 2, i % 2, &ends[i]);
	return 2 * t->nr_links;
}

static void check_complete(const struct topo *t)
{
	assert_non_null(t->kind->what);
	assert_in_range(t->nr_nodes, 1, TOPO_NODES);
	assert_in_range(t->nr_links, 0, TOPO_LINKS);
	assert_ptr_equal(topo_find(t->kind->name), t->kind);
	for (int i = 0; i < t->nr_links; i++)
		for (int side = 0; side < 2; side++)
			assert_in_range(t->links[i].node[side], 0, t->nr_nodes - 1);
	for (int i = 0; i < t->nr_nodes; i++)
		assert_int_equal(topo_node(t, t->nodes[i].name), i);
}

static void every_entry_is_complete(void **state)
{
	struct topo t;

	(void)state;
	each_topology(check_complete);
	assert_null(topo_find("moebius"));
	assert_int_equal(topo_make(&t, topo_find("pair"), 0), 0);
	assert_int_equal(topo_node(&t, "c"), -1);
}

static void hosts_are_counted(void **state)
{
	static const struct {
		const char *name;
		int hosts, nodes, links;
		const char *last;
	} cases[] = {
		{ "lan", 0, 4, 3, "h3" },   { "lan", 15, 16, 15, "h15" },
		{ "lb", 1, 3, 2, "b1" },    { "lb", 15, 17, 16, "b15" },
		{ "chain", 0, 4, 3, "h4" }, { "chain", 3, 3, 2, "h3" },
	};
	struct topo t;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(topo_make(&t, topo_find(cases[i].name), cases[i].hosts), 0);
		assert_int_equal(t.nr_nodes, cases[i].nodes);
		assert_int_equal(t.nr_links, cases[i].links);
		assert_string_equal(t.nodes[t.nr_nodes - 1].name, cases[i].last);
	}
	assert_int_equal(topo_make(&t, topo_find("lan"), 16), -EINVAL);
	assert_int_equal(topo_make(&t, topo_find("chain"), 2), -EINVAL);
	assert_int_equal(topo_make(&t, topo_find("pair"), 1), -EINVAL);
}

/* Nodes are joined without a circle: one link less than there are nodes. */
static void check_tree(const struct topo *t)
{
	int group[TOPO_NODES];

	assert_int_equal(t->nr_links, t->nr_nodes - 1);
	for (int i = 0; i < t->nr_nodes; i++)
		group[i] = i;
	for (int i = 0; i < t->nr_links; i++) {
		int one = group[t->links[i].node[0]], other = group[t->links[i].node[1]];

		assert_int_not_equal(one, other);
		for (int j = 0; j < t->nr_nodes; j++)
			if (group[j] == other)
				group[j] = one;
	}
}

static void no_topology_has_a_circle(void **state)
{
	(void)state;
	each_topology(check_tree);
}

/* One node is the user's; every link has the pass program at its other end. */
static void check_yours(const struct topo *t)
{
	struct topo_end ends[ENDS];
	int n = all_ends(t, 1, ends), yours = 0;

	for (int i = 0; i < t->nr_nodes; i++)
		yours += t->nodes[i].yours;
	assert_int_equal(yours, 1);
	assert_true(t->nodes[topo_yours(t)].yours);
	for (int i = 0; i < n; i++)
		assert_true(ends[i].pass == (ends[i].node != topo_yours(t)));
}

static void one_node_is_yours(void **state)
{
	(void)state;
	each_topology(check_yours);
}

/* All that must differ between two ends anywhere on the machine. */
static void assert_apart(const struct topo_end *one, const struct topo_end *other)
{
	assert_memory_not_equal(one->mac, other->mac, sizeof(one->mac));
	assert_int_not_equal(one->ip4.s_addr, other->ip4.s_addr);
	assert_memory_not_equal(&one->ip6, &other->ip6, sizeof(one->ip6));
}

static void check_apart(const struct topo *t)
{
	static const int slots[] = { 1, 2, 255, 256, SLOT_MAX };
	struct topo_end ends[5 * ENDS], all[ENDS];
	int n = 0;

	for (int s = 0; s < 5; s++) {
		int more = all_ends(t, slots[s], all);

		for (int i = 0; i < more; i++)
			if (!all[i].bridged)
				ends[n++] = all[i];
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			assert_apart(&ends[i], &ends[j]);
}

static void no_two_ends_collide(void **state)
{
	(void)state;
	each_topology(check_apart);
}

static bool same_network(const struct topo_end *one, const struct topo_end *other)
{
	bool same4 = ntohl(one->ip4.s_addr) >> 8 == ntohl(other->ip4.s_addr) >> 8;
	bool same6 = memcmp(&one->ip6, &other->ip6, TOPO_PREFIX6 / 8) == 0;

	assert_true(same4 == same6);
	return same4;
}

static void check_networks(const struct topo *t)
{
	struct topo_end ends[ENDS];
	int n = all_ends(t, SLOT_MAX, ends);

	for (int i = 0; i < n; i++) {
		if (ends[i].bridged)
			continue;
		assert_int_equal(ntohl(ends[i].ip4.s_addr) >> 24, 10);
		assert_int_equal(ends[i].mac[0] & 3, 2); /* local, not a group */
		for (int j = 0; j < n; j++)
			if (!ends[j].bridged)
				assert_true(same_network(&ends[i], &ends[j]) ==
					    (ends[i].network == ends[j].network));
	}
	for (int i = 0; i < n; i += 2)
		assert_int_equal(ends[i].network, ends[i + 1].network);
}

static void both_sides_are_in_one_network(void **state)
{
	(void)state;
	each_topology(check_networks);
}

static void a_lan_is_one_network(void **state)
{
	struct topo_end ends[ENDS];
	struct topo t;

	(void)state;
	assert_int_equal(topo_make(&t, topo_find("lan"), 4), 0);
	all_ends(&t, 1, ends);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(ends[i].network, 0);
		assert_true(ends[i].bridged == !(i % 2));
	}
	/* h3 has number 3. */
	assert_int_equal(ntohl(ends[5].ip4.s_addr) & 0xff, 3);
}

/* Follows the routes from node towards a network. Returns how many it took. */
static int travel(const struct topo *t, int node, int link)
{
	for (int hops = 0; hops < TOPO_NODES; hops++) {
		struct topo_route routes[TOPO_LINKS];
		int n = topo_routes(t, node, routes), next = -1;

		for (int side = 0; side < 2; side++)
			if (t->links[link].node[side] == node)
				return hops;
		for (int i = 0; i < n && next < 0; i++) {
			assert_int_equal(t->links[routes[i].via].node[routes[i].side], node);
			if (routes[i].to == link || routes[i].to < 0)
				next = t->links[routes[i].via].node[!routes[i].side];
		}
		assert_true(next >= 0);
		assert_true(topo_forwards(t, next));
		node = next;
	}
	return TOPO_NODES;
}

static void check_routes(const struct topo *t)
{
	for (int node = 0; node < t->nr_nodes; node++) {
		struct topo_route routes[TOPO_LINKS];

		/* Two hosts, or a bridge: no routes at all. */
		if (!topo_routes(t, node, routes) && !topo_forwards(t, node))
			continue;
		for (int link = 0; link < t->nr_links; link++)
			assert_in_range(travel(t, node, link), 0, t->nr_nodes);
	}
}

static void routes_lead_everywhere(void **state)
{
	struct topo_route routes[TOPO_LINKS];
	struct topo t;

	(void)state;
	each_topology(check_routes);
	assert_int_equal(topo_make(&t, topo_find("pair"), 0), 0);
	assert_int_equal(topo_routes(&t, 0, routes), 0);
	assert_int_equal(topo_make(&t, topo_find("router"), 0), 0);
	assert_int_equal(topo_routes(&t, 0, routes), 1);
	assert_int_equal(topo_routes(&t, 1, routes), 0);
	assert_int_equal(topo_make(&t, topo_find("chain"), 5), 0);
	assert_int_equal(topo_routes(&t, 1, routes), 2);
	assert_int_equal(travel(&t, 0, 3), 3);
}

static void numbers_differ_between_nodes(void **state)
{
	struct topo_end ends[ENDS];
	struct topo t;

	(void)state;
	assert_int_equal(topo_make(&t, topo_find("lb"), 15), 0);
	for (int n = all_ends(&t, 1, ends), i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			assert_int_not_equal(ends[i].ifindex, ends[j].ifindex);
	/* lb's interfaces: eth0 to client, eth1 to b1 ... */
	assert_string_equal(ends[1].ifname, "eth0");
	assert_string_equal(ends[2].ifname, "eth1");
	assert_string_equal(ends[30].ifname, "eth15");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_complete),
		cmocka_unit_test(hosts_are_counted),
		cmocka_unit_test(no_topology_has_a_circle),
		cmocka_unit_test(one_node_is_yours),
		cmocka_unit_test(no_two_ends_collide),
		cmocka_unit_test(both_sides_are_in_one_network),
		cmocka_unit_test(a_lan_is_one_network),
		cmocka_unit_test(routes_lead_everywhere),
		cmocka_unit_test(numbers_differ_between_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
