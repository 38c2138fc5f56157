// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Packet sockets, for lessons about socket filters: they need a right over the network
 * namespace that nobody inside has. The arguments are numbers: nothing to be copied.
 */
#include <errno.h>
#include <sys/socket.h>

#include "testenv/sandbox/broker/broker.h"

long broker_socket(struct call *c, int *fd)
{
	int family = (int)c->req->data.args[0], type = (int)c->req->data.args[1];

	/* The filter sends no other. */
	if (family != AF_PACKET || !c->broker->policy->packet_sockets)
		return -EAFNOSUPPORT;
	*fd = socket(family, type | SOCK_CLOEXEC, (int)c->req->data.args[2]);
	return *fd < 0 ? -errno : 0;
}
