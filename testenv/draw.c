// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Draws an environment as a tree whose root is your node:
 *
 *	router (yours)
 *	|  eth0 (200) up, 02:00:00:01:00:02, mtu 1500
 *	|    10.128.16.2/24, fdbf:0:1::2/64
 *	|
 *	+-- eth0 ---- eth0 -- left
 *	|      eth0 (100) up, ...
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "testenv/draw.h"

#define string(object, key) json_string_value(json_object_get(object, key))
#define number(object, key) (int)json_integer_value(json_object_get(object, key))

/* What stands left of the node that is being drawn: 4 columns for each node above it. */
#define MARGIN (4 * 20)

struct drawing {
	json_t *status;
	json_t *links;
	char margin[MARGIN];
};

static json_t *find_node(json_t *status, const char *name)
{
	json_t *node;
	size_t i;

	json_array_foreach (json_object_get(status, "nodes"), i, node)
		if (strcmp(string(node, "name"), name) == 0)
			return node;
	return NULL;
}

/* Which end of the link is the node: 0, 1, or -1. */
static int side_of(json_t *link, const char *node)
{
	for (int side = 0; side < 2; side++)
		if (strcmp(string(json_array_get(link, side), "node"), node) == 0)
			return side;
	return -1;
}

/* How many links go on from the node, besides the one we came by. */
static int links_left(const struct drawing *d, size_t after, const char *node, json_t *from)
{
	json_t *link;
	int n = 0;
	size_t i;

	json_array_foreach (d->links, i, link)
		n += i >= after && link != from && side_of(link, node) >= 0;
	return n;
}

static void draw_program(const char *margin, const char *what, json_t *program)
{
	if (program)
		printf("%s  %s: %s (program %d)\n", margin, what, string(program, "name"),
		       number(program, "id"));
}

static void draw_interface(const char *margin, json_t *interface)
{
	json_t *addresses = json_object_get(interface, "addresses");
	json_t *xdp = json_object_get(interface, "xdp"), *address;
	char what[32];
	size_t i;

	printf("%s%s (%d) %s, %s, mtu %d\n", margin, string(interface, "name"),
	       number(interface, "ifindex"),
	       json_is_true(json_object_get(interface, "up")) ? "up" : "down",
	       string(interface, "mac"), number(interface, "mtu"));
	json_array_foreach (addresses, i, address)
		printf("%s%s%s", i ? ", " : margin, i ? "" : "  ", json_string_value(address));
	if (json_array_size(addresses))
		putchar('\n');
	if (xdp) {
		snprintf(what, sizeof(what), "xdp %s", string(xdp, "mode"));
		draw_program(margin, what, xdp);
	}
	draw_program(margin, "tc ingress", json_object_get(interface, "ingress"));
	draw_program(margin, "tc egress", json_object_get(interface, "egress"));
}

/* The node's name, where the cursor is, and below it what it has. */
static void draw_node(const struct drawing *d, json_t *node, json_t *from)
{
	char margin[MARGIN + 4];
	json_t *interface;
	size_t i;

	snprintf(margin, sizeof(margin), "%s%s", d->margin,
		 links_left(d, 0, string(node, "name"), from) ? "|  " : "   ");
	printf("%s%s\n", string(node, "name"),
	       json_is_true(json_object_get(node, "yours")) ? " (yours)" : "");
	if (string(node, "broken"))
		printf("%sbroken: %s\n", margin, string(node, "broken"));
	json_array_foreach (json_object_get(node, "interfaces"), i, interface)
		if (strcmp(string(interface, "name"), "lo") != 0)
			draw_interface(margin, interface);
}

static void draw_branches(struct drawing *d, const char *node, json_t *from);

/* A link, and what is at its other end. last: no more branches of this node follow. */
static void draw_branch(struct drawing *d, json_t *link, int side, bool last)
{
	json_t *here = json_array_get(link, side), *there = json_array_get(link, !side);
	size_t len = strlen(d->margin);

	printf("%s|\n%s%c-- %s ---- %s -- ", d->margin, d->margin, last ? '`' : '+',
	       string(here, "interface"), string(there, "interface"));
	snprintf(d->margin + len, MARGIN - len, "%c   ", last ? ' ' : '|');
	draw_node(d, find_node(d->status, string(there, "node")), link);
	draw_branches(d, string(there, "node"), link);
	d->margin[len] = '\0';
}

static void draw_branches(struct drawing *d, const char *node, json_t *from)
{
	json_t *link;
	size_t i;

	json_array_foreach (d->links, i, link)
		if (link != from && side_of(link, node) >= 0)
			draw_branch(d, link, side_of(link, node),
				    !links_left(d, i + 1, node, from));
}

void draw(json_t *status)
{
	struct drawing d = { .status = status, .links = json_object_get(status, "links") };
	json_t *node, *root = NULL;
	size_t i;

	printf("%s: topology %s, %s; in %s\n", string(status, "name"), string(status, "topology"),
	       string(status, "options"), string(status, "dir"));
	if (number(status, "vlan"))
		printf("VLAN %d: tc programs of testenv put the tag on and take it off; there is no "
		       "VLAN device\n",
		       number(status, "vlan"));
	json_array_foreach (json_object_get(status, "nodes"), i, node)
		if (!root || json_is_true(json_object_get(node, "yours")))
			root = node;
	putchar('\n');
	draw_node(&d, root, NULL);
	draw_branches(&d, string(root, "name"), NULL);
}
