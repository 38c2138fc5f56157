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

#define STATE_FORMAT "topology=%31s\nslot=%d\nparent=%d\nipv6=%d\ncgroup="

int env_save(const struct env *env)
{
	char path[80], temporary[96];
	FILE *f;
	int bad;

	snprintf(path, sizeof(path), "%s/state", env->dir);
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	f = fopen(temporary, "we");
	if (!f)
		return -errno;
	fprintf(f, "topology=%s\nslot=%d\nparent=%d\nipv6=%d\ncgroup=%s\n", env->topo->name,
		env->slot.nr, env->slot.parent, env->ipv6, env->cgroup);
	bad = ferror(f);
	if (fclose(f) || bad)
		return -EIO;
	return rename(temporary, path) ? -errno : 0;
}

/* The cgroup comes last, to the end of its line; it may be empty. */
static bool read_state(FILE *f, struct env *env)
{
	char topology[32];
	int ipv6;

	if (fscanf(f, STATE_FORMAT, topology, &env->slot.nr, &env->slot.parent, &ipv6) != 4 ||
	    !fgets(env->cgroup, sizeof(env->cgroup), f))
		return false;
	env->cgroup[strcspn(env->cgroup, "\n")] = '\0';
	env->ipv6 = ipv6;
	env->topo = topo_find(topology);
	return env->topo;
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

static void set(const char *node, const char *what, int port, const char *value)
{
	char name[64], number[12] = "";
	size_t i;

	for (i = 0; node[i] && i < 32; i++)
		name[i] = toupper((unsigned char)node[i]);
	if (port)
		snprintf(number, sizeof(number), "%d", port);
	snprintf(name + i, sizeof(name) - i, "_%s%s", what, number);
	setenv(name, value, 1);
}

/* An interface's variables: A_IF, A_MAC ...; a second one has A_IF1 ... */
static void set_end(const struct env *env, const struct topo_end *end)
{
	const char *node = env->topo->nodes[end->node].name;
	const unsigned char *mac = end->mac;
	int port = atoi(end->ifname + strlen("eth"));
	char text[INET6_ADDRSTRLEN];

	set(node, "IF", port, end->ifname);
	snprintf(text, sizeof(text), "%d", end->ifindex);
	set(node, "IFINDEX", port, text);
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	set(node, "MAC", port, text);
	set(node, "IP4", port, inet_ntop(AF_INET, &end->ip4, text, sizeof(text)));
	if (env->ipv6)
		set(node, "IP6", port, inet_ntop(AF_INET6, &end->ip6, text, sizeof(text)));
	else
		set(node, "IP6", port, "");
}

void env_variables(const struct env *env)
{
	char nodes[TOPO_NODES * 16] = "", path[128];
	struct topo_end end;

	setenv("TESTENV", env->slot.name, 1);
	setenv("TESTENV_DIR", env->dir, 1);
	setenv("TESTENV_BPF", BPFFS, 1);
	setenv("TESTENV_CGROUP", env->cgroup, 1);
	snprintf(path, sizeof(path), "%s/tmp", env->dir);
	setenv("TMPDIR", path, 1);
	for (int i = 0; i < topo_nr_nodes(env->topo); i++) {
		const char *name = env->topo->nodes[i].name;

		snprintf(nodes + strlen(nodes), sizeof(nodes) - strlen(nodes), "%s%s", i ? " " : "",
			 name);
		snprintf(path, sizeof(path), "%s/ns/%s", env->dir, name);
		set(name, "NS", 0, path);
	}
	setenv("TESTENV_NODES", nodes, 1);
	for (int i = 0; i < env->topo->nr_links; i++) {
		for (int side = 0; side < 2; side++) {
			topo_end(env->topo, env->slot.nr, i, side, &end);
			set_end(env, &end);
		}
	}
}
