// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The rtnetlink messages that build an environment. Each function sends one
 * and waits for the kernel's answer. Asking and watching is in netinfo.c.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "testenv/net.h"
#include "testenv/testenv.h"

#define NET_BUF 1024

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

/* Starts a message with its family header of that size. */
static void *start(char *buf, int type, int flags, size_t header)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);

	msg->nlmsg_type = type;
	msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return mnl_nlmsg_put_extra_header(msg, header);
}

static struct ifinfomsg *start_link(char *buf, int flags, int ifindex)
{
	struct ifinfomsg *info = start(buf, RTM_NEWLINK, flags, sizeof(*info));

	info->ifi_index = ifindex;
	return info;
}

static int talk(struct net *net, char *msg)
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
	return talk(net, buf);
}

int net_mark(struct net *net, int ifindex, const char *alias)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct nlattr *spec, *inet6;

	start_link(buf, 0, ifindex);
	mnl_attr_put_str(msg, IFLA_IFALIAS, alias);
	spec = mnl_attr_nest_start(msg, IFLA_AF_SPEC);
	inet6 = mnl_attr_nest_start(msg, AF_INET6);
	mnl_attr_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(msg, inet6);
	mnl_attr_nest_end(msg, spec);
	return talk(net, buf);
}

int net_flags(struct net *net, int ifindex, unsigned int flags, unsigned int mask)
{
	char buf[NET_BUF];
	struct ifinfomsg *info = start_link(buf, 0, ifindex);

	info->ifi_flags = flags;
	info->ifi_change = mask;
	return talk(net, buf);
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
	return talk(net, buf);
}

int net_address(struct net *net, int ifindex, int family, const void *addr, int prefix)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	size_t len = family == AF_INET ? 4 : 16;
	struct ifaddrmsg *ifa = start(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifa));

	ifa->ifa_family = family;
	ifa->ifa_prefixlen = prefix;
	ifa->ifa_index = ifindex;
	ifa->ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0;
	mnl_attr_put(msg, IFA_LOCAL, len, addr);
	mnl_attr_put(msg, IFA_ADDRESS, len, addr);
	return talk(net, buf);
}

int net_neighbour(struct net *net, int ifindex, int family, const void *addr,
		  const unsigned char *mac)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct ndmsg *nd = start(buf, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*nd));

	nd->ndm_family = family;
	nd->ndm_ifindex = ifindex;
	nd->ndm_state = NUD_PERMANENT;
	mnl_attr_put(msg, NDA_DST, family == AF_INET ? 4 : 16, addr);
	mnl_attr_put(msg, NDA_LLADDR, 6, mac);
	return talk(net, buf);
}

int net_tx_checksum(struct net *net, const char *ifname)
{
	struct ethtool_value off = { .cmd = ETHTOOL_STXCSUM, .data = 0 };
	struct ifreq req = { .ifr_data = (char *)&off };
	int err = fault_step();

	if (err)
		return err;
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", ifname);
	/* Any socket will do: what counts is the namespace it was made in. */
	return ioctl(mnl_socket_get_fd(net->nl), SIOCETHTOOL, &req) ? -errno : 0;
}
