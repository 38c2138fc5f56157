// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Sockets, and the messages about interfaces. Each function sends one and waits
 * for the kernel's answer. Addresses and routes are in net_ip.c, tc programs in
 * net_tc.c, asking and watching in netinfo.c.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "testenv/net.h"
#include "testenv/net_msg.h"
#include "testenv/testenv.h"

int net_open(struct net *net)
{
	int one = 1;

	net->seq = 0;
	net->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!net->nl)
		return -errno;
	/* Answers without a copy of the question. */
	mnl_socket_setsockopt(net->nl, NETLINK_CAP_ACK, &one, sizeof(one));
	if (mnl_socket_bind(net->nl, 0, MNL_SOCKET_AUTOPID)) {
		int err = -errno;

		net_close(net);
		return err;
	}
	return 0;
}

void net_close(struct net *net)
{
	if (net->nl)
		mnl_socket_close(net->nl);
	net->nl = NULL;
}

void *net_start(char *buf, int type, int flags, size_t header)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);

	msg->nlmsg_type = type;
	msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return mnl_nlmsg_put_extra_header(msg, header);
}

static struct ifinfomsg *start_link(char *buf, int flags, int ifindex)
{
	struct ifinfomsg *info = net_start(buf, RTM_NEWLINK, flags, sizeof(*info));

	info->ifi_index = ifindex;
	return info;
}

int net_talk(struct net *net, char *msg)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)msg;
	char answer[NET_BUF];
	int err = fault_step();
	ssize_t n;

	if (err)
		return err;
	nlh->nlmsg_seq = ++net->seq;
	if (mnl_socket_sendto(net->nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	n = mnl_socket_recvfrom(net->nl, answer, sizeof(answer));
	if (n < 0)
		return -errno;
	if (mnl_cb_run(answer, n, net->seq, mnl_socket_get_portid(net->nl), NULL, NULL) < 0)
		return -errno;
	return 0;
}

static void put_end(struct nlmsghdr *msg, const struct net_end *end)
{
	mnl_attr_put_strz(msg, IFLA_IFNAME, end->ifname);
	if (end->mac)
		mnl_attr_put(msg, IFLA_ADDRESS, 6, end->mac);
	if (end->mtu)
		mnl_attr_put_u32(msg, IFLA_MTU, end->mtu);
}

int net_veth(struct net *net, const struct net_end *here, const struct net_end *there, int there_ns)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct nlattr *info, *data, *peer;
	struct ifinfomsg *header;

	start_link(buf, NLM_F_CREATE | NLM_F_EXCL, here->ifindex);
	put_end(msg, here);
	info = mnl_attr_nest_start(msg, IFLA_LINKINFO);
	mnl_attr_put_str(msg, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(msg, IFLA_INFO_DATA);
	/* The peer's attribute begins with a header of its own. */
	peer = mnl_attr_nest_start(msg, VETH_INFO_PEER);
	header = mnl_nlmsg_put_extra_header(msg, sizeof(*header));
	header->ifi_index = there->ifindex;
	put_end(msg, there);
	mnl_attr_put_u32(msg, IFLA_NET_NS_FD, there_ns);
	mnl_attr_nest_end(msg, peer);
	mnl_attr_nest_end(msg, data);
	mnl_attr_nest_end(msg, info);
	return net_talk(net, buf);
}

int net_bridge(struct net *net, const char *ifname, int ifindex)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct nlattr *info, *data;

	start_link(buf, NLM_F_CREATE | NLM_F_EXCL, ifindex);
	mnl_attr_put_strz(msg, IFLA_IFNAME, ifname);
	info = mnl_attr_nest_start(msg, IFLA_LINKINFO);
	mnl_attr_put_str(msg, IFLA_INFO_KIND, "bridge");
	data = mnl_attr_nest_start(msg, IFLA_INFO_DATA);
	/* It asks nobody about groups, and sends multicast to all. */
	mnl_attr_put_u8(msg, IFLA_BR_MCAST_SNOOPING, 0);
	mnl_attr_nest_end(msg, data);
	mnl_attr_nest_end(msg, info);
	return net_talk(net, buf);
}

int net_port(struct net *net, int ifindex, int bridge)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;

	start_link(buf, 0, ifindex);
	mnl_attr_put_u32(msg, IFLA_MASTER, bridge);
	return net_talk(net, buf);
}

int net_mark(struct net *net, int ifindex, const char *alias, bool ipv6)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct nlattr *spec, *inet6;

	start_link(buf, 0, ifindex);
	mnl_attr_put_str(msg, IFLA_IFALIAS, alias);
	if (ipv6) {
		spec = mnl_attr_nest_start(msg, IFLA_AF_SPEC);
		inet6 = mnl_attr_nest_start(msg, AF_INET6);
		mnl_attr_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
		mnl_attr_nest_end(msg, inet6);
		mnl_attr_nest_end(msg, spec);
	}
	return net_talk(net, buf);
}

int net_flags(struct net *net, int ifindex, unsigned int flags, unsigned int mask)
{
	char buf[NET_BUF];
	struct ifinfomsg *info = start_link(buf, 0, ifindex);

	info->ifi_flags = flags;
	info->ifi_change = mask;
	return net_talk(net, buf);
}

int net_xdp(struct net *net, int ifindex, int prog_fd)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct nlattr *xdp;

	start_link(buf, 0, ifindex);
	xdp = mnl_attr_nest_start(msg, IFLA_XDP);
	mnl_attr_put_u32(msg, IFLA_XDP_FD, prog_fd);
	mnl_attr_put_u32(msg, IFLA_XDP_FLAGS, XDP_FLAGS_DRV_MODE);
	mnl_attr_nest_end(msg, xdp);
	return net_talk(net, buf);
}

static int ethtool(struct net *net, const char *ifname, struct ethtool_value *value)
{
	struct ifreq req = { .ifr_data = (char *)value };

	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", ifname);
	/* Any socket will do: what counts is the namespace it was made in. */
	return ioctl(mnl_socket_get_fd(net->nl), SIOCETHTOOL, &req) ? -errno : 0;
}

int net_plain(struct net *net, const char *ifname)
{
	struct ethtool_value checksum = { .cmd = ETHTOOL_STXCSUM, .data = 0 };
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	int err = fault_step();

	if (!err)
		err = ethtool(net, ifname, &checksum);
	if (!err)
		err = ethtool(net, ifname, &flags);
	if (err || !(flags.data & ETH_FLAG_TXVLAN))
		return err;
	flags.cmd = ETHTOOL_SFLAGS;
	flags.data &= ~ETH_FLAG_TXVLAN;
	return ethtool(net, ifname, &flags);
}
