// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* "testenv ping" and "capture": the well-known tools, in the right node. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/enter.h"
#include "testenv/env.h"
#include "testenv/testenv.h"

#define MAX_ARGS 64

struct tool {
	const char *command;
	const char *names[3]; /* NAME, and nodes */
	int max_names;
	bool ipv6;
	char *argv[MAX_ARGS];
	int argc;
};

static void add(struct tool *tool, const char *arg)
{
	if (tool->argc == MAX_ARGS - 1)
		cli_error("%s: too many arguments", tool->command);
	tool->argv[tool->argc++] = (char *)arg;
}

/* Becomes the tool. Returns an exit code only when it cannot. */
static int become(struct tool *tool)
{
	execvp(tool->argv[0], tool->argv);
	return report(EXIT_MACHINE, "cannot run %s (%s): make deps installs it", tool->argv[0],
		      strerror(errno));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct tool *tool = state->input;

	switch (key) {
	case '6':
		tool->ipv6 = true;
		return 0;
	case ARGP_KEY_ARG:
		if ((int)state->arg_num == tool->max_names)
			cli_error("%s: what is '%s'? What %s is to be told comes after --",
				  tool->command, arg, tool->argv[0]);
		tool->names[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!tool->names[0])
			cli_error("%s: which NAME?", tool->command);
		cli_check_name(tool->names[0]);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Parses our arguments; what follows "--" is the tool's. */
static void parse_tool(struct tool *tool, const struct argp *argp, int argc, char **argv)
{
	int ours = 1;

	while (ours < argc && strcmp(argv[ours], "--") != 0)
		ours++;
	for (int i = ours + 1; i < argc; i++)
		add(tool, argv[i]);
	cli_parse(argp, ours, argv, false, tool);
}

/* Fills *end with the node's end in that network (-1: its first); false: it has none. */
static bool find_end(const struct env *env, int node, int network, struct topo_end *end)
{
	for (int i = 0; i < 2 * env->topo.nr_links; i++) {
		topo_end(&env->topo, env->slot.nr, i / 2, i % 2, end);
		if (end->node == node && !end->bridged && (network < 0 || end->network == network))
			return true;
	}
	return false;
}

/* A node named by the user. The bridge of a lan has no addresses. */
static int named_node(const struct env *env, const char *name, struct topo_end *end)
{
	int node = topo_node(&env->topo, name);

	if (node < 0)
		return report(EXIT_USAGE, "%s has no node '%s': testenv status %s shows them",
			      env->slot.name, name, env->slot.name);
	if (!find_end(env, node, -1, end))
		return report(EXIT_USAGE, "node %s has no addresses", name);
	return 0;
}

/* Your node, or the first one that has addresses. */
static int default_from(const struct env *env, struct topo_end *end)
{
	if (find_end(env, topo_yours(&env->topo), -1, end))
		return 0;
	for (int i = 0; i < env->topo.nr_nodes; i++)
		if (find_end(env, i, -1, end))
			return 0;
	return report(EXIT_USAGE, "%s has no nodes with addresses", env->slot.name);
}

/* Someone in the same network. */
static int default_to(const struct env *env, const struct topo_end *from, struct topo_end *end)
{
	for (int i = 0; i < env->topo.nr_nodes; i++)
		if (i != from->node && find_end(env, i, from->network, end))
			return 0;
	return report(EXIT_USAGE, "%s has no neighbour", env->topo.nodes[from->node].name);
}

/* Which address to ping: where it is a neighbour, the one in the common network. */
static int choose(const struct env *env, const struct tool *tool, struct topo_end *from,
		  struct topo_end *to)
{
	struct topo_end near;
	int code;

	code = tool->names[1] ? named_node(env, tool->names[1], from) : default_from(env, from);
	if (code)
		return code;
	code = tool->names[2] ? named_node(env, tool->names[2], to) : default_to(env, from, to);
	if (code)
		return code;
	for (int i = 0; i < env->topo.nr_links; i++)
		if (find_end(env, from->node, i, &near) && find_end(env, to->node, i, &near))
			*to = near;
	return 0;
}

static int ping(struct tool *tool)
{
	char address[INET6_ADDRSTRLEN];
	struct topo_end from, to;
	struct env env;
	int code, err = env_load(&env, tool->names[0]);
	bool ipv6;

	if (err)
		return cli_no_env(tool->names[0], err);
	code = choose(&env, tool, &from, &to);
	if (code)
		return code;
	ipv6 = tool->ipv6 || !env.plan.ipv4;
	if (ipv6 && !env.plan.ipv6)
		return report(EXIT_USAGE, "%s has no IPv6", tool->names[0]);
	if (ipv6)
		inet_ntop(AF_INET6, &to.ip6, address, sizeof(address));
	else
		inet_ntop(AF_INET, &to.ip4, address, sizeof(address));
	add(tool, address);
	code = node_enter(&env, tool->names[0], env.topo.nodes[from.node].name);
	return code ? code : become(tool);
}

static const struct argp_option ping_options[] = {
	{ "ipv6", '6', NULL, 0, "By IPv6", 0 },
	{},
};

static const struct argp ping_argp = {
	.options = ping_options,
	.parser = parse,
	.args_doc = "NAME [FROM [TO]] [-- PING-ARG...]",
	.doc = "Ping from one node to another, with ping(8). FROM: your node; TO: a neighbour of it.",
};

int cmd_ping(int argc, char **argv)
{
	struct tool tool = { .command = "ping", .max_names = 3, .argv = { "ping" }, .argc = 1 };
	int code;

	parse_tool(&tool, &ping_argp, argc, argv);
	code = cli_elevate(argv);
	return code ? code : ping(&tool);
}

static const struct argp capture_argp = {
	.parser = parse,
	.args_doc = "NAME NODE [-- TCPDUMP-ARG...]",
	.doc = "Show the packets at a node's interfaces, with tcpdump(8). It sees what comes in "
	       "after the XDP program: what that one drops, sends back or redirects is not there.",
};

int cmd_capture(int argc, char **argv)
{
	struct tool tool = {
		.command = "capture",
		.max_names = 2,
		.argv = { "tcpdump", "-n", "-e", "-l", "-i", "any" },
		.argc = 6,
	};
	struct env env;
	int code, node;

	parse_tool(&tool, &capture_argp, argc, argv);
	if (!tool.names[1])
		cli_error("capture: which NODE?");
	code = cli_elevate(argv);
	if (!code)
		code = node_enter(&env, tool.names[0], tool.names[1]);
	if (code)
		return code;
	node = topo_node(&env.topo, tool.names[1]);
	/* One interface: then each line need not say which. */
	if (topo_ports(&env.topo, node) == 1)
		tool.argv[5] = "eth0";
	return become(&tool);
}
