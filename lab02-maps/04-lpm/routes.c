// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Loader of routes.bpf.c: fills its tables from the options, in their order,
 * attaches it to an interface, and prints each route with its packets at the end
 * of COMMAND, or at Ctrl-C.
 *
 *	routes -d 192.0.2.0/24 -p 192.0.2.7 -d ::/0 COMMAND ARG...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/bpf.h>

#include "common/lab/lab.h"
#include "routes.h"
#include "routes.skel.h"

/* An address of either family, and how many of its bits count. */
struct prefix {
	int family;	  /* AF_INET, AF_INET6 */
	__u32 bits;	  /* of an address of this family: 32, 128 */
	__u32 length;	  /* how many of them count */
	__u8 address[16]; /* network byte order; the first 4 of them for AF_INET */
};

union key {
	struct key4 v4;
	struct key6 v6;
};

/* What the options ask for, in their order. */
static struct change {
	char option; /* d, p or x */
	const char *text;
} changes[64];
static int changes_count;

/* ---- yours: prefixes and keys ----------------------------------------------- */

/*
 * "192.0.2.0/24", "2001:db8::/32", "192.0.2.7": what stands for a whole network, and a
 * single address. 0 or -EINVAL. All bits behind the length are 0 in p->address.
 */
static int read_prefix(const char *text, struct prefix *p)
{
	char address[64];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char *end;

	*p = (struct prefix){ .family = memchr(text, ':', len) ? AF_INET6 : AF_INET };
	p->bits = p->family == AF_INET ? 32 : 128;
	snprintf(address, sizeof(address), "%.*s", (int)len, text);
	if (inet_pton(p->family, address, p->address) != 1)
		return lab_fail(-EINVAL, "%s: no address before the slash", text);
	if (slash) {
		p->length = strtoul(slash + 1, &end, 10);
		if (end == slash + 1 || *end || p->length > p->bits)
			return lab_fail(-EINVAL, "%s: the length must be 0 to %u", text, p->bits);
	}
	/*
	 * TODO 4: without a slash it is a single address: how long is its prefix?
	 * And clear all bits behind the prefix in p->address.
	 */
	return 0;
}

/* Makes the prefix a key, of *size bytes, and returns the table that it is for. */
static struct bpf_map *make_key(const struct routes_bpf *skel, const struct prefix *p,
				union key *key, size_t *size)
{
	memset(key, 0, sizeof(*key));
	/* TODO 5: fill key->v4 or key->v6. Its size, and the map, are given below. */
	*size = p->family == AF_INET ? sizeof(key->v4) : sizeof(key->v6);
	return p->family == AF_INET ? skel->maps.routes4 : skel->maps.routes6;
}

/* ---- given: filling the tables, and printing them --------------------------- */

static int apply(const struct routes_bpf *skel, const struct change *change)
{
	struct route route = { .action = change->option == 'd' ? XDP_DROP : XDP_PASS };
	struct bpf_map *map;
	struct prefix p;
	union key key;
	size_t size;
	int err;

	err = read_prefix(change->text, &p);
	if (err)
		return err;
	map = make_key(skel, &p, &key, &size);
	if (change->option == 'x')
		err = bpf_map__delete_elem(map, &key, size, 0);
	else
		err = bpf_map__update_elem(map, &key, size, &route, sizeof(route), BPF_ANY);
	if (err == -ENOENT)
		return lab_fail(err, "%s: there is no such route", change->text);
	return err ? lab_fail(err, "%s: %s", change->text, strerror(-err)) : 0;
}

static int print_route(const struct bpf_map *map, const union key *key, size_t size)
{
	bool v4 = size == sizeof(key->v4);
	const void *bytes = v4 ? (const void *)&key->v4.address : key->v6.address;
	char address[INET6_ADDRSTRLEN];
	struct route route;
	int err;

	/* Of what fits a key of this length, the entry itself is the longest. */
	err = bpf_map__lookup_elem(map, key, size, &route, sizeof(route), 0);
	if (err)
		return err;
	inet_ntop(v4 ? AF_INET : AF_INET6, bytes, address, sizeof(address));
	printf("%s/%u %s %llu\n", address, key->v4.prefixlen,
	       route.action == XDP_DROP ? "drop" : "pass", route.packets);
	return 0;
}

static int print_table(const struct bpf_map *map, size_t size)
{
	union key key, *last = NULL;
	int err;

	while (!(err = bpf_map__get_next_key(map, last, &key, size))) {
		last = &key;
		err = print_route(map, &key, size);
		if (err)
			return err;
	}
	return err == -ENOENT ? 0 : err;
}

static int print_routes(const struct routes_bpf *skel)
{
	int err;

	err = print_table(skel->maps.routes4, sizeof(struct key4));
	if (!err)
		err = print_table(skel->maps.routes6, sizeof(struct key6));
	if (!err)
		printf("no route %llu\n", skel->bss->unrouted);
	return err;
}

/* ---- given: options, and the program's life --------------------------------- */

static const struct argp_option options[] = {
	{ "drop", 'd', "PREFIX", 0, "Drop packets to PREFIX", 0 },
	{ "pass", 'p', "PREFIX", 0, "Let packets to PREFIX pass", 0 },
	{ "remove", 'x', "PREFIX", 0, "Take the route to PREFIX out again", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	if (key != 'd' && key != 'p' && key != 'x')
		return ARGP_ERR_UNKNOWN;
	if (changes_count == sizeof(changes) / sizeof(changes[0]))
		argp_error(state, "too many routes");
	changes[changes_count++] = (struct change){ key, arg };
	return 0;
}

/* Attached until it returns: the link is closed, and the program goes with it. */
static int watch(struct routes_bpf *skel, struct lab_child *child)
{
	struct bpf_link *link;
	int err;

	link = lab_attach_xdp(skel->progs.routes, lab_opts.ifname, lab_opts.mode);
	if (!link)
		return -errno;
	err = lab_resume(child);
	if (!err)
		err = lab_tick_loop(0, NULL, NULL, child);
	if (!err)
		err = print_routes(skel);
	bpf_link__destroy(link);
	return err;
}

int main(int argc, char **argv)
{
	const struct argp_child children[] = { { &lab_net_argp, 0, NULL, 0 },
					       { &lab_command_argp, 0, NULL, 0 },
					       { 0 } };
	const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "Drop packets, or let them pass, by the longest prefix of their destination.",
		.children = children,
	};
	struct lab_child child = LAB_CHILD_INIT;
	struct routes_bpf *skel;
	int err;

	lab_init();
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, NULL);

	skel = routes_bpf__open();
	if (!skel)
		return !!lab_report(-errno, "cannot open the object");
	lab_use_skeleton(skel->skeleton);

	err = routes_bpf__load(skel);
	for (int i = 0; !err && i < changes_count; i++)
		err = apply(skel, &changes[i]);
	if (!err)
		err = lab_spawn_paused(&child, lab_opts.command);
	if (!err)
		err = watch(skel, &child);
	if (err)
		lab_report(err, "cannot run");
	lab_reap(&child);
	routes_bpf__destroy(skel);
	return lab_exit_status(err, &child);
}
