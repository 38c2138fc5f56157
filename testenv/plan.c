// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The options that choose an environment, see plan.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testenv/cli.h"
#include "testenv/plan.h"

#define VLAN_MAX     4094
#define MTU_MIN	     68 /* of IPv4 */
#define MTU_MIN_IPV6 1280
#define MTU_MAX	     65535
#define USUAL_MTU    1500

enum {
	KEY_VLAN = 256,
	KEY_MTU
};

void plan_init(struct plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->kind = topo_find("pair");
}

static const struct topo_kind *find_topology(const char *name)
{
	const struct topo_kind *kind = topo_find(name);
	char known[256] = "";

	for (const struct topo_kind *k = topologies; k->name; k++)
		snprintf(known + strlen(known), sizeof(known) - strlen(known), " %s", k->name);
	if (!kind)
		cli_error("there is no topology '%s'; there are:%s", name, known);
	return kind;
}

/* What depends on several options. */
static void check(struct plan *plan)
{
	const struct topo_kind *kind = plan->kind;
	struct topo topo;

	if (topo_make(&topo, kind, plan->hosts)) {
		if (!kind->max)
			cli_error("--hosts: topology %s has always the same nodes", kind->name);
		cli_error("--hosts: topology %s has %d to %d, not %d", kind->name, kind->min,
			  kind->max, plan->hosts);
	}
	plan->hosts = topo.hosts;
	plan->need_ipv6 = plan->ipv6;
	if (!plan->ipv4 && !plan->ipv6)
		plan->ipv4 = plan->ipv6 = true;
	if (plan->mtu && plan->mtu < MTU_MIN_IPV6 && plan->ipv6)
		cli_error("--mtu %d: IPv6 needs at least %d; leave it out with --ipv4", plan->mtu,
			  MTU_MIN_IPV6);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	switch (key) {
	case 't':
		plan->kind = find_topology(arg);
		return 0;
	case 'n':
		plan->hosts = cli_number("hosts", arg, 1, TOPO_NODES);
		return 0;
	case '4':
		plan->ipv4 = true;
		return 0;
	case '6':
		plan->ipv6 = true;
		return 0;
	case KEY_VLAN:
		plan->vlan = cli_number("vlan", arg, 1, VLAN_MAX);
		return 0;
	case KEY_MTU:
		plan->mtu = cli_number("mtu", arg, MTU_MIN, MTU_MAX);
		return 0;
	case ARGP_KEY_END:
		check(plan);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "topology", 't', "TOPOLOGY", 0,
	  "pair (default: a, b), router (left, router, right), lan (bridge, h1 ... hN), lb (client, "
	  "lb, b1 ... bN), chain (h1 ... hN), none (a)",
	  0 },
	{ "hosts", 'n', "N", 0, "How many h1 ... hN or b1 ... bN (lan, lb, chain)", 0 },
	{ "ipv4", '4', NULL, 0, "Only IPv4; with --ipv6 both, as without the two", 0 },
	{ "ipv6", '6', NULL, 0, "Only IPv6", 0 },
	{ "vlan", KEY_VLAN, "ID", 0, "What the nodes send carries this VLAN tag", 0 },
	{ "mtu", KEY_MTU, "BYTES", 0, "Largest packet on every link", 0 },
	{},
};

const struct argp plan_argp = {
	.options = options,
	.parser = parse,
};

void plan_text(const struct plan *plan, char text[PLAN_TEXT])
{
	int n = snprintf(text, PLAN_TEXT, "%s%s%s", plan->ipv4 ? "IPv4" : "",
			 plan->ipv4 && plan->ipv6 ? " and " : "", plan->ipv6 ? "IPv6" : "");

	if (plan->vlan)
		n += snprintf(text + n, PLAN_TEXT - n, ", VLAN %d", plan->vlan);
	snprintf(text + n, PLAN_TEXT - n, ", MTU %d", plan->mtu ? plan->mtu : USUAL_MTU);
}
