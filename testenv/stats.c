// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "testenv stats": what went through the nodes' interfaces, and what XDP did
 * with it. The veth driver counts that for every program, in native mode.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/env.h"
#include "testenv/net.h"
#include "testenv/ns.h"
#include "testenv/testenv.h"

/* The driver's counters that we show: how their names end, and our names. */
static const struct {
	const char *ending;
	const char *key;
	const char *heading;
} xdp_counters[] = {
	{ "_xdp_packets", "xdp_seen", "xdp:seen" },
	{ "_xdp_drops", "xdp_dropped", "dropped" },
	{ "_xdp_tx", "xdp_tx", "tx" },
	{ "_xdp_redirect", "xdp_redirected", "redirected" },
	{ "_xdp_tx_errors", "xdp_tx_errors", "tx lost" },
	{ "_xdp_xmit", "xdp_xmit", "sent here" },
	{ "_xdp_xmit_errors", "xdp_xmit_errors", "lost" },
};

#define NR_COUNTERS (sizeof(xdp_counters) / sizeof(xdp_counters[0]))
#define MAX_STATS   1024

static int ethtool(int fd, const char *ifname, void *command)
{
	struct ifreq req = { .ifr_data = command };

	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", ifname);
	return ioctl(fd, SIOCETHTOOL, &req) ? -errno : 0;
}

static bool ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);

	return len >= n && strcmp(name + len - n, ending) == 0;
}

/* Adds up each counter over the queues, of which each has its own. */
static void add_up(const struct ethtool_gstrings *names, const struct ethtool_stats *stats,
		   __u64 sums[NR_COUNTERS])
{
	for (__u32 i = 0; i < stats->n_stats; i++) {
		char name[ETH_GSTRING_LEN + 1] = "";

		memcpy(name, names->data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
		for (size_t c = 0; c < NR_COUNTERS; c++)
			if (ends_with(name, xdp_counters[c].ending))
				sums[c] += stats->data[i];
	}
}

static int driver_counters(int fd, const char *ifname, __u64 sums[NR_COUNTERS])
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_gstrings *names;
	struct ethtool_stats *stats;
	int err = ethtool(fd, ifname, &info);

	if (err || info.n_stats > MAX_STATS)
		return err ? err : -E2BIG;
	names = calloc(1, sizeof(*names) + info.n_stats * ETH_GSTRING_LEN);
	stats = calloc(1, sizeof(*stats) + info.n_stats * sizeof(stats->data[0]));
	if (names && stats) {
		names->cmd = ETHTOOL_GSTRINGS;
		names->string_set = ETH_SS_STATS;
		names->len = info.n_stats;
		stats->cmd = ETHTOOL_GSTATS;
		stats->n_stats = info.n_stats;
		err = ethtool(fd, ifname, names);
		if (!err)
			err = ethtool(fd, ifname, stats);
		if (!err)
			add_up(names, stats, sums);
	}
	free(names);
	free(stats);
	return err;
}

struct collect {
	const char *node;
	json_t *interfaces;
	int fd; /* a socket of the node */
};

static int add_link(const struct net_link *link, void *data)
{
	struct collect *collect = data;
	__u64 sums[NR_COUNTERS] = {};
	json_t *object;

	/* Only links of the topology: not the loopback, a bridge, or what the user made. */
	if (strncmp(link->alias, TESTENV_MARK ":", strlen(TESTENV_MARK ":")) != 0)
		return 0;
	object = json_pack("{s:s, s:s, s:I, s:I, s:I}", "node", collect->node, "interface",
			   link->ifname, "received", (json_int_t)link->rx_packets, "sent",
			   (json_int_t)link->tx_packets, "dropped", (json_int_t)link->rx_dropped);
	if (driver_counters(collect->fd, link->ifname, sums) == 0)
		for (size_t c = 0; c < NR_COUNTERS; c++)
			json_object_set_new(object, xdp_counters[c].key, json_integer(sums[c]));
	json_array_append_new(collect->interfaces, object);
	return 0;
}

static int collect_node(const struct env *env, int node, json_t *interfaces)
{
	struct collect collect = { env->topo.nodes[node].name, interfaces, -1 };
	struct net net = {};
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), "%s/ns/%s", env->dir, collect.node);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = ns_enter_net(fd);
	close(fd);
	if (!err)
		err = net_open(&net);
	if (err)
		return err;
	collect.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = net_each_link(&net, add_link, &collect);
	if (collect.fd >= 0)
		close(collect.fd);
	net_close(&net);
	return err;
}

#define number(object, key) (long long)json_integer_value(json_object_get(object, key))

static void print_text(json_t *interfaces)
{
	json_t *interface;
	size_t i;

	printf("%-8s %-5s %10s %10s", "node", "", "received", "sent");
	for (size_t c = 0; c < NR_COUNTERS; c++)
		printf(" %10s", xdp_counters[c].heading);
	putchar('\n');
	json_array_foreach (interfaces, i, interface) {
		printf("%-8s %-5s %10lld %10lld",
		       json_string_value(json_object_get(interface, "node")),
		       json_string_value(json_object_get(interface, "interface")),
		       number(interface, "received"), number(interface, "sent"));
		for (size_t c = 0; c < NR_COUNTERS; c++)
			printf(" %10lld", number(interface, xdp_counters[c].key));
		putchar('\n');
	}
}

struct stats {
	const char *name;
	const char *node; /* NULL: all */
	bool as_json;
};

static int show(const struct stats *stats)
{
	json_t *interfaces = json_array();
	struct env env;
	int err = env_load(&env, stats->name), code = 0;

	if (err)
		code = cli_no_env(stats->name, err);
	else if (stats->node && topo_node(&env.topo, stats->node) < 0)
		code = report(EXIT_USAGE, "%s has no node '%s'", stats->name, stats->node);
	for (int i = 0; !code && i < env.topo.nr_nodes; i++) {
		if (stats->node && strcmp(stats->node, env.topo.nodes[i].name) != 0)
			continue;
		err = collect_node(&env, i, interfaces);
		if (err)
			code = report(exit_code(err), "stats: node %s: %s", env.topo.nodes[i].name,
				      strerror(-err));
	}
	if (!code && stats->as_json) {
		json_dumpf(interfaces, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!code) {
		print_text(interfaces);
	}
	json_decref(interfaces);
	return code;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct stats *stats = state->input;

	switch (key) {
	case 'j':
		stats->as_json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0) {
			cli_check_name(arg);
			stats->name = arg;
		} else if (state->arg_num == 1) {
			stats->node = arg;
		} else {
			cli_error("stats: what is '%s'?", arg);
		}
		return 0;
	case ARGP_KEY_END:
		if (!stats->name)
			cli_error("stats: which NAME?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME [NODE]",
	.doc = "Show, for each interface, the packets received and sent, and what XDP in native mode "
	       "did: how many its program saw, dropped, sent back (tx) or redirected, and how many "
	       "were redirected to this interface (\"sent here\") or lost on the way out.",
};

int cmd_stats(int argc, char **argv)
{
	struct stats stats = {};
	int code;

	cli_parse(&argp, argc, argv, false, &stats);
	code = cli_elevate(argv);
	return code ? code : show(&stats);
}
