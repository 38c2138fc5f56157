// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Asking the kernel about interfaces and addresses, and waiting until they
 * are usable. Changes nothing.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "testenv/net.h"

#define NET_ANSWER 16384 /* the kernel fills at most this much of a dump at once */

/* Sends a question and runs cb over every part of the answer. */
static int ask(struct net *net, struct nlmsghdr *msg, mnl_cb_t cb, void *data)
{
	unsigned int portid = mnl_socket_get_portid(net->nl);
	char answer[NET_ANSWER];
	int more = 1;

	msg->nlmsg_seq = ++net->seq;
	if (mnl_socket_sendto(net->nl, msg, msg->nlmsg_len) < 0)
		return -errno;
	while (more > 0) {
		ssize_t n = mnl_socket_recvfrom(net->nl, answer, sizeof(answer));

		if (n < 0)
			return -errno;
		more = mnl_cb_run(answer, n, net->seq, portid, cb, data);
		if (more < 0)
			return -errno;
	}
	return 0;
}

static void parse_xdp(const struct nlattr *nest, struct net_link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
	{
		if (mnl_attr_get_type(attr) == IFLA_XDP_PROG_ID)
			link->xdp_id = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == IFLA_XDP_ATTACHED)
			link->xdp_generic = mnl_attr_get_u8(attr) == XDP_ATTACHED_SKB;
	}
}

static void parse_counters(const struct nlattr *attr, struct net_link *link)
{
	struct rtnl_link_stats64 stats = {};
	size_t len = mnl_attr_get_payload_len(attr);

	memcpy(&stats, mnl_attr_get_payload(attr), len < sizeof(stats) ? len : sizeof(stats));
	link->rx_packets = stats.rx_packets;
	link->tx_packets = stats.tx_packets;
	link->rx_dropped = stats.rx_dropped;
}

static void parse_link(const struct nlmsghdr *msg, struct net_link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(msg);
	const struct nlattr *attr;
	bool queues = false;

	memset(link, 0, sizeof(*link));
	link->ifindex = info->ifi_index;
	link->up = info->ifi_flags & IFF_UP;
	mnl_attr_for_each(attr, msg, sizeof(*info))
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			snprintf(link->ifname, sizeof(link->ifname), "%s", mnl_attr_get_str(attr));
			break;
		case IFLA_IFALIAS:
			snprintf(link->alias, sizeof(link->alias), "%s", mnl_attr_get_str(attr));
			break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(attr) == sizeof(link->mac))
				memcpy(link->mac, mnl_attr_get_payload(attr), sizeof(link->mac));
			break;
		case IFLA_MTU:
			link->mtu = mnl_attr_get_u32(attr);
			break;
		case IFLA_QDISC:
			/* "noop" drops every packet, until the carrier is noticed. */
			queues = strcmp(mnl_attr_get_str(attr), "noop") != 0;
			break;
		case IFLA_STATS64:
			parse_counters(attr, link);
			break;
		case IFLA_XDP:
			parse_xdp(attr, link);
			break;
		}
	}
	link->ready = link->up && (info->ifi_flags & IFF_RUNNING) &&
		      (info->ifi_flags & IFF_LOWER_UP) && queues;
}

static int one_link(const struct nlmsghdr *msg, void *data)
{
	parse_link(msg, data);
	return MNL_CB_STOP;
}

int net_get_link(struct net *net, int ifindex, struct net_link *link)
{
	char buf[128];
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(msg, sizeof(*info));

	msg->nlmsg_type = RTM_GETLINK;
	msg->nlmsg_flags = NLM_F_REQUEST;
	info->ifi_index = ifindex;
	return ask(net, msg, one_link, link);
}

/* A caller's function, wrapped to be called by libmnl. */
struct each {
	int (*link)(const struct net_link *link, void *data);
	int (*addr)(const struct net_addr *addr, void *data);
	void *data;
	int result;
};

static int each_link(const struct nlmsghdr *msg, void *data)
{
	struct each *each = data;
	struct net_link link;

	parse_link(msg, &link);
	if (!each->result)
		each->result = each->link(&link, each->data);
	return MNL_CB_OK;
}

static int each_address(const struct nlmsghdr *msg, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(msg);
	struct each *each = data;
	struct net_addr addr = {
		.ifindex = ifa->ifa_index,
		.family = ifa->ifa_family,
		.prefix = ifa->ifa_prefixlen,
		.usable = !(ifa->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)),
	};
	const struct nlattr *attr;
	bool local = false;

	mnl_attr_for_each(attr, msg, sizeof(*ifa))
	{
		int type = mnl_attr_get_type(attr);
		size_t len = mnl_attr_get_payload_len(attr);

		/* IPv6 has only IFA_ADDRESS, unless a peer is set. */
		if (len > sizeof(addr.addr) || (type != IFA_LOCAL && type != IFA_ADDRESS) || local)
			continue;
		memcpy(addr.addr, mnl_attr_get_payload(attr), len);
		local = type == IFA_LOCAL;
	}
	if (!each->result)
		each->result = each->addr(&addr, each->data);
	return MNL_CB_OK;
}

static int dump(struct net *net, int type, mnl_cb_t cb, struct each *each)
{
	char buf[128];
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	int err;

	msg->nlmsg_type = type;
	msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(msg, sizeof(struct ifinfomsg));
	err = ask(net, msg, cb, each);
	return err ? err : each->result;
}

int net_each_link(struct net *net, int (*each)(const struct net_link *link, void *data), void *data)
{
	return dump(net, RTM_GETLINK, each_link, &(struct each){ .link = each, .data = data });
}

int net_each_address(struct net *net, int (*each)(const struct net_addr *addr, void *data),
		     void *data)
{
	return dump(net, RTM_GETADDR, each_address, &(struct each){ .addr = each, .data = data });
}

int net_watch(struct net *watch)
{
	const int groups[] = { RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR };
	int err = net_open(watch);

	for (int i = 0; !err && i < 2; i++)
		if (mnl_socket_setsockopt(watch->nl, NETLINK_ADD_MEMBERSHIP, (void *)&groups[i],
					  sizeof(groups[i])))
			err = -errno;
	if (err)
		net_close(watch);
	return err;
}

static int not_usable(const struct net_addr *addr, void *data)
{
	return addr->ifindex == *(int *)data && !addr->usable;
}

/* 1: ready; 0: not yet. */
static int ready(struct net *net, int ifindex)
{
	struct net_link link;
	int err = net_get_link(net, ifindex, &link);

	if (err || !link.ready)
		return err;
	err = net_each_address(net, not_usable, &ifindex);
	return err < 0 ? err : !err;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * Waits for the next announcements and runs cb over them. Returns what cb
 * returns (MNL_CB_STOP is 0), -ETIMEDOUT, or another -errno.
 */
static int hear(struct net *watch, long deadline, mnl_cb_t cb, void *data)
{
	struct pollfd event = { .fd = mnl_socket_get_fd(watch->nl), .events = POLLIN };
	long left = deadline - now_ms();
	char buf[NET_ANSWER];
	ssize_t n;
	int result;

	if (left <= 0)
		return -ETIMEDOUT;
	if (poll(&event, 1, left) < 0)
		return errno == EINTR ? MNL_CB_OK : -errno;
	if (!event.revents)
		return -ETIMEDOUT;
	n = mnl_socket_recvfrom(watch->nl, buf, sizeof(buf));
	if (n < 0)
		return errno == ENOBUFS ? MNL_CB_OK : -errno;
	result = mnl_cb_run(buf, n, 0, 0, cb, data);
	return result < 0 ? -errno : result;
}

#define LOOPBACK 1

static int count_address(const struct nlmsghdr *msg, void *left)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(msg);

	if (msg->nlmsg_type == RTM_NEWADDR && ifa->ifa_index != LOOPBACK)
		--*(int *)left;
	return MNL_CB_OK;
}

int net_wait_addresses(struct net *watch, int n, int ms)
{
	long deadline = now_ms() + ms;

	while (n > 0) {
		int heard = hear(watch, deadline, count_address, &n);

		if (heard < 0)
			return heard;
	}
	return 0;
}

int net_wait_ready(struct net *net, struct net *watch, int ifindex, int ms)
{
	long deadline = now_ms() + ms;

	for (;;) {
		int is = ready(net, ifindex), heard;

		if (is)
			return is < 0 ? is : 0;
		/* Which change it was does not matter: look again. */
		heard = hear(watch, deadline, NULL, NULL);
		if (heard < 0)
			return heard;
	}
}
