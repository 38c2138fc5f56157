// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The file "state" in an environment's folder, and what it says to the
 * processes inside: their environment variables.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/env.h"
#include "testenv/ns.h"

#define STATE_FORMAT                                                                       \
	"topology=%31s\nhosts=%d\nipv4=%d\nipv6=%d\nvlan=%d\nmtu=%d\nslot=%d\nparent=%d\n" \
	"cgroup="

int env_save(const struct env *env)
{
	const struct plan *plan = &env->plan;
	char path[80], temporary[96];
	FILE *f;
	int bad;

	snprintf(path, sizeof(path), "%s/state", env->dir);
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	f = fopen(temporary, "we");
	if (!f)
		return -errno;
	fprintf(f,
		"topology=%s\nhosts=%d\nipv4=%d\nipv6=%d\nvlan=%d\nmtu=%d\nslot=%d\nparent=%d\n"
		"cgroup=%s\n",
		plan->kind->name, plan->hosts, plan->ipv4, plan->ipv6, plan->vlan, plan->mtu,
		env->slot.nr, env->slot.parent, env->cgroup);
	bad = ferror(f);
	if (fclose(f) || bad)
		return -EIO;
	return rename(temporary, path) ? -errno : 0;
}

/* The cgroup comes last, to the end of its line; it may be empty. */
static bool read_state(FILE *f, struct env *env)
{
	struct plan *plan = &env->plan;
	char topology[32];
	int ipv4, ipv6;

	if (fscanf(f, STATE_FORMAT, topology, &plan->hosts, &ipv4, &ipv6, &plan->vlan, &plan->mtu,
		   &env->slot.nr, &env->slot.parent) != 8 ||
	    !fgets(env->cgroup, sizeof(env->cgroup), f))
		return false;
	env->cgroup[strcspn(env->cgroup, "\n")] = '\0';
	plan->ipv4 = ipv4;
	plan->ipv6 = ipv6;
	plan->kind = topo_find(topology);
	return plan->kind && topo_make(&env->topo, plan->kind, plan->hosts) == 0;
}

int env_load(struct env *env, const char *name)
{
	char path[96];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/state", TESTENV_RUN, name);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	env_init(env, NULL, name);
	ok = read_state(f, env);
	fclose(f);
	return ok ? 0 : -EINVAL;
}

int env_parent(void)
{
	struct env self;

	/* Inside a run, and only there, the folder itself is a mount of ours. */
	if (env_load(&self, TESTENV_SELF) || !ns_is_marked(TESTENV_RUN))
		return 0;
	return self.slot.nr;
}

/* Adds text to a variable's name, in capitals. */
static void append(char *name, size_t size, const char *text)
{
	size_t len = strlen(name);

	for (; *text && len < size - 1; text++)
		name[len++] = toupper((unsigned char)*text);
	name[len] = '\0';
}

static void set(const char *node, const char *what, const char *value)
{
	char name[64] = "";

	append(name, sizeof(name), node);
	append(name, sizeof(name), "_");
	append(name, sizeof(name), what);
	setenv(name, value, 1);
}

/* One of an interface's variables: ROUTER_IF_LEFT; of the first one, ROUTER_IF too. */
static void set_of(const struct env *env, const struct topo_end *end, const char *what,
		   const char *value)
{
	const char *node = env->topo.nodes[end->node].name;
	char towards[32];

	snprintf(towards, sizeof(towards), "%s_%s", what, env->topo.nodes[end->peer].name);
	set(node, towards, value);
	if (end->port == 0)
		set(node, what, value);
}

static void set_end(const struct env *env, const struct topo_end *end)
{
	bool ipv4 = env->plan.ipv4 && !end->bridged, ipv6 = env->plan.ipv6 && !end->bridged;
	const unsigned char *mac = end->mac;
	char text[INET6_ADDRSTRLEN];

	set_of(env, end, "IF", end->ifname);
	snprintf(text, sizeof(text), "%d", end->ifindex);
	set_of(env, end, "IFINDEX", text);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	set_of(env, end, "MAC", text);
	inet_ntop(AF_INET, &end->ip4, text, sizeof(text));
	set_of(env, end, "IP4", ipv4 ? text : "");
	inet_ntop(AF_INET6, &end->ip6, text, sizeof(text));
	set_of(env, end, "IP6", ipv6 ? text : "");
}

static void set_nodes(const struct env *env)
{
	char nodes[TOPO_NODES * (TOPO_NAME + 1)] = "", path[128];

	for (int i = 0; i < env->topo.nr_nodes; i++) {
		const char *name = env->topo.nodes[i].name;

		snprintf(nodes + strlen(nodes), sizeof(nodes) - strlen(nodes), "%s%s", i ? " " : "",
			 name);
		snprintf(path, sizeof(path), "%s/ns/%s", env->dir, name);
		set(name, "NS", path);
	}
	setenv("TESTENV_NODES", nodes, 1);
}

void env_variables(const struct env *env, int node)
{
	char text[96];
	struct topo_end end;

	setenv("TESTENV", env->slot.name, 1);
	setenv("TESTENV_DIR", env->dir, 1);
	setenv("TESTENV_NODE", env->topo.nodes[node].name, 1);
	setenv("TESTENV_BPF", BPFFS, 1);
	setenv("TESTENV_CGROUP", env->cgroup, 1);
	snprintf(text, sizeof(text), "%d", env->plan.vlan);
	setenv("TESTENV_VLAN", env->plan.vlan ? text : "", 1);
	snprintf(text, sizeof(text), "%s/tmp", env->dir);
	setenv("TMPDIR", text, 1);
	set_nodes(env);
	for (int i = 0; i < env->topo.nr_links; i++) {
		for (int side = 0; side < 2; side++) {
			topo_end(&env->topo, env->slot.nr, i, side, &end);
			set_end(env, &end);
		}
	}
}
