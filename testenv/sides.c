// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Both ends of a link and the pass program, see sides.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "testenv/net.h"
#include "testenv/ns.h"
#include "testenv/pass.h"
#include "testenv/sides.h"

struct side {
	struct topo_end end;
	struct net net; /* in the end's namespace */
	__u32 xdp_id;
	bool has_pass;
};

/* Leaves the caller in the side's namespace. */
static int look_at(const struct env *env, struct side *side)
{
	struct net_link link;
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), "%s/ns/%s", env->dir, env->topo.nodes[side->end.node].name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = ns_enter_net(fd);
	close(fd);
	if (!err)
		err = net_open(&side->net);
	if (!err)
		err = net_get_link(&side->net, side->end.ifindex, &link);
	if (err)
		return err;
	side->xdp_id = link.xdp_id;
	side->has_pass = link.xdp_id && pass_is(link.xdp_id);
	return 0;
}

static int settle(struct side *side, const struct side *other)
{
	bool wanted = side->end.pass || (other->xdp_id && !other->has_pass);
	int fd, err;

	if (side->has_pass && !wanted)
		return net_xdp(&side->net, side->end.ifindex, -1);
	if (side->xdp_id || !wanted)
		return 0;
	fd = pass_get();
	if (fd < 0)
		return fd;
	err = net_xdp(&side->net, side->end.ifindex, fd);
	close(fd);
	return err;
}

int sides_settle(const struct env *env, int link)
{
	struct side sides[2] = {};
	int home = ns_net();
	int err = home < 0 ? home : 0;

	for (int i = 0; i < 2 && !err; i++) {
		topo_end(&env->topo, env->slot.nr, link, i, &sides[i].end);
		err = look_at(env, &sides[i]);
	}
	for (int i = 0; i < 2 && !err; i++)
		err = settle(&sides[i], &sides[!i]);
	for (int i = 0; i < 2; i++)
		net_close(&sides[i].net);
	if (home >= 0) {
		if (ns_enter_net(home) && !err)
			err = -EIO;
		close(home);
	}
	return err;
}
