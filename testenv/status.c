// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "testenv status": what is really in an environment, asked from the kernel
 * node by node. It is collected as JSON; draw.c makes text of that.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/cli.h"
#include "testenv/draw.h"
#include "testenv/env.h"
#include "testenv/net.h"
#include "testenv/ns.h"
#include "testenv/testenv.h"

static json_t *program(__u32 id)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0) {
		bpf_obj_get_info_by_fd(fd, &info, &len);
		close(fd);
	}
	return json_pack("{s:i, s:s}", "id", (int)id, "name", info.name);
}

static json_t *xdp_program(const struct net_link *link)
{
	json_t *object = program(link->xdp_id);

	json_object_set_new(object, "mode", json_string(link->xdp_generic ? "generic" : "native"));
	return object;
}

/* The programs that handle VLAN tags, where net_tc() puts them. */
static void add_tc(json_t *interface, int ifindex)
{
	static const struct {
		enum bpf_tc_attach_point point;
		const char *key;
	} hooks[] = { { BPF_TC_INGRESS, "ingress" }, { BPF_TC_EGRESS, "egress" } };

	for (int i = 0; i < 2; i++) {
		LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = hooks[i].point);
		LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 1);

		if (bpf_tc_query(&hook, &opts) == 0)
			json_object_set_new(interface, hooks[i].key, program(opts.prog_id));
	}
}

static int add_link(const struct net_link *link, void *interfaces)
{
	const unsigned char *mac = link->mac;
	char text[18];
	json_t *object;

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	object = json_pack("{s:s, s:i, s:s, s:i, s:b, s:[]}", "name", link->ifname, "ifindex",
			   link->ifindex, "mac", text, "mtu", (int)link->mtu, "up", link->ready,
			   "addresses");
	if (link->xdp_id)
		json_object_set_new(object, "xdp", xdp_program(link));
	add_tc(object, link->ifindex);
	json_array_append_new(interfaces, object);
	return 0;
}

static int add_address(const struct net_addr *addr, void *interfaces)
{
	char ip[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 8];
	json_t *object;
	size_t i;

	inet_ntop(addr->family, addr->addr, ip, sizeof(ip));
	snprintf(text, sizeof(text), "%s/%d", ip, addr->prefix);
	json_array_foreach (interfaces, i, object)
		if (json_integer_value(json_object_get(object, "ifindex")) == addr->ifindex)
			json_array_append_new(json_object_get(object, "addresses"),
					      json_string(text));
	return 0;
}

/* Enters the node's namespace, and stays there: the caller goes home. */
static int ask_node(const char *path, json_t *interfaces)
{
	struct net net = {};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = ns_enter_net(fd);
	close(fd);
	if (!err)
		err = net_open(&net);
	if (err)
		return err;
	err = net_each_link(&net, add_link, interfaces);
	if (!err)
		err = net_each_address(&net, add_address, interfaces);
	net_close(&net);
	return err;
}

static json_t *describe_node(const struct env *env, int nr)
{
	const struct topo_node *node = &env->topo.nodes[nr];
	json_t *interfaces = json_array();
	char path[128];
	int err;

	snprintf(path, sizeof(path), "%s/ns/%s", env->dir, node->name);
	err = ask_node(path, interfaces);
	if (!err)
		return json_pack("{s:s, s:b, s:o}", "name", node->name, "yours", node->yours,
				 "interfaces", interfaces);
	json_decref(interfaces);
	return json_pack("{s:s, s:b, s:s}", "name", node->name, "yours", node->yours, "broken",
			 strerror(-err));
}

/* Each link is a list of its two ends. */
static json_t *describe_links(const struct env *env)
{
	json_t *links = json_array();

	for (int i = 0; i < env->topo.nr_links; i++) {
		json_t *link = json_array();

		for (int side = 0; side < 2; side++) {
			struct topo_end end;

			topo_end(&env->topo, env->slot.nr, i, side, &end);
			json_array_append_new(link, json_pack("{s:s, s:s}", "node",
							      env->topo.nodes[end.node].name,
							      "interface", end.ifname));
		}
		json_array_append_new(links, link);
	}
	return links;
}

static json_t *describe(const struct env *env)
{
	int home = ns_net();
	json_t *nodes = json_array();
	char options[PLAN_TEXT];

	for (int i = 0; i < env->topo.nr_nodes; i++)
		json_array_append_new(nodes, describe_node(env, i));
	if (home >= 0) {
		ns_enter_net(home);
		close(home);
	}
	plan_text(&env->plan, options);
	return json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:o, s:o}", "name", env->slot.name,
			 "topology", env->topo.kind->name, "options", options, "vlan",
			 env->plan.vlan, "dir", env->dir, "cgroup", env->cgroup, "nodes", nodes,
			 "links", describe_links(env));
}

/* libbpf would tell of every interface that has no tc hook. */
static int no_messages(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/* Adds one environment; complains about those that are not complete. */
static int add(json_t *all, const char *name)
{
	struct env env;
	int err = env_load(&env, name);

	if (err)
		return cli_no_env(name, err);
	json_array_append_new(all, describe(&env));
	return 0;
}

static int add_everything(json_t *all)
{
	int parent = env_parent();
	struct slot *slots;
	int n = slot_list(SLOT_DIR, &slots);

	for (int i = 0; i < n; i++) {
		struct env env;
		bool mine = slots[i].nr == parent;

		if (!mine && (slots[i].parent != parent || !strcmp(slots[i].name, TESTENV_SELF)))
			continue;
		if (env_load(&env, slots[i].name) == 0)
			json_array_append_new(all, describe(&env));
	}
	free(slots);
	return 0;
}

struct status {
	const char *name;
	bool as_json;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status *status = state->input;

	switch (key) {
	case 'j':
		status->as_json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (status->name)
			cli_error("status: one NAME, not '%s' as well", arg);
		cli_check_name(arg);
		status->name = arg;
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
	.args_doc = "[NAME]",
	.doc = "Show nodes, interfaces, addresses and attached programs, as the kernel has them.",
};

int cmd_status(int argc, char **argv)
{
	struct status status = {};
	json_t *all = json_array(), *one;
	size_t i;
	int code;

	libbpf_set_print(no_messages);
	cli_parse(&argp, argc, argv, false, &status);
	code = cli_elevate(argv);
	if (!code)
		code = status.name ? add(all, status.name) : add_everything(all);
	if (!code && status.as_json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!code) {
		json_array_foreach (all, i, one) {
			if (i)
				putchar('\n');
			draw(one);
		}
	}
	json_decref(all);
	return code;
}
