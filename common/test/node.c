// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Entering the environment's nodes (node.h). Makes none: testenv does. */
#include "common/test/node.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/test/labctl.h"

/* A_NS for node a and "NS". NULL when the environment has no such variable. */
static const char *node_variable(const char *node, const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_%s", node, what);
	for (char *c = name; *c; c++)
		*c = toupper((unsigned char)*c);
	return getenv(name);
}

int node_check(const char *node)
{
	if (node_variable(node, "NS"))
		return 0;
	fail("no node is called %s; there are: %s", node,
	     getenv("TESTENV_NODES") ?: "none (start it with testenv run)");
	return EXIT_USAGE;
}

int node_enter(const char *node)
{
	const char *path = node_variable(node, "NS");
	int fd, err = node_check(node);

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err = fail("cannot enter node %s: %s", node, strerror(errno));
	if (fd >= 0)
		close(fd);
	return err;
}

const char *node_interface(const char *node)
{
	return node_variable(node, "IF") ?: "eth0";
}

unsigned int node_ifindex(const char *node)
{
	unsigned int index = if_nametoindex(node_interface(node));

	if (!index)
		fail("node %s has no interface %s", node, node_interface(node));
	return index;
}
