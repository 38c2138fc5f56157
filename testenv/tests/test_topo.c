// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The table of topologies: every entry is consistent, no two ends collide. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "testenv/slot.h"
#include "testenv/topo.h"

static void every_entry_is_complete(void **state)
{
	(void)state;
	for (const struct topo *t = topologies; t->name; t++) {
		int nodes = topo_nr_nodes(t);

		assert_non_null(t->what);
		assert_in_range(nodes, 1, TOPO_NODES);
		assert_in_range(t->nr_links, 0, TOPO_LINKS);
		assert_ptr_equal(topo_find(t->name), t);
		for (int i = 0; i < t->nr_links; i++)
			for (int side = 0; side < 2; side++)
				assert_in_range(t->links[i].node[side], 0, nodes - 1);
		for (int i = 0; i < nodes; i++)
			assert_int_equal(topo_node(t, t->nodes[i].name), i);
	}
	assert_null(topo_find("moebius"));
	assert_int_equal(topo_node(topo_find("pair"), "c"), -1);
}

static void the_first_node_is_yours(void **state)
{
	(void)state;
	for (const struct topo *t = topologies; t->name; t++)
		assert_true(t->nodes[0].yours);
}

/* All that must differ between two ends anywhere on the machine. */
static void assert_apart(const struct topo_end *one, const struct topo_end *other)
{
	assert_memory_not_equal(one->mac, other->mac, sizeof(one->mac));
	assert_int_not_equal(one->ip4.s_addr, other->ip4.s_addr);
	assert_memory_not_equal(&one->ip6, &other->ip6, sizeof(one->ip6));
}

static void no_two_ends_collide(void **state)
{
	static const int slots[] = { 1, 2, 255, 256, SLOT_MAX };
	struct topo_end ends[5 * TOPO_LINKS * 2];

	(void)state;
	for (const struct topo *t = topologies; t->name; t++) {
		int n = 0;

		for (int s = 0; s < 5; s++)
			for (int i = 0; i < t->nr_links; i++)
				for (int side = 0; side < 2; side++)
					topo_end(t, slots[s], i, side, &ends[n++]);
		for (int i = 0; i < n; i++)
			for (int j = 0; j < i; j++)
				assert_apart(&ends[i], &ends[j]);
	}
}

static void both_sides_are_in_one_network(void **state)
{
	struct topo_end a, b;

	(void)state;
	topo_end(topo_find("pair"), SLOT_MAX, 0, 0, &a);
	topo_end(topo_find("pair"), SLOT_MAX, 0, 1, &b);
	assert_int_equal(ntohl(a.ip4.s_addr) >> 8, ntohl(b.ip4.s_addr) >> 8);
	assert_int_equal(ntohl(a.ip4.s_addr) >> 24, 10);
	assert_memory_equal(&a.ip6, &b.ip6, TOPO_PREFIX6 / 8);
	assert_int_equal(a.mac[0] & 3, 2); /* local, not a group */
	assert_int_not_equal(a.ifindex, b.ifindex);
	assert_string_equal(a.ifname, "eth0");
}

static void the_peer_has_the_pass_program(void **state)
{
	struct topo_end a, b;

	(void)state;
	topo_end(topo_find("pair"), 1, 0, 0, &a);
	topo_end(topo_find("pair"), 1, 0, 1, &b);
	assert_false(a.pass);
	assert_true(b.pass);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_complete),
		cmocka_unit_test(the_first_node_is_yours),
		cmocka_unit_test(no_two_ends_collide),
		cmocka_unit_test(both_sides_are_in_one_network),
		cmocka_unit_test(the_peer_has_the_pass_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
