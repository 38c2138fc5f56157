// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The messages about addresses, neighbours and routes. */
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "testenv/net.h"
#include "testenv/net_msg.h"

int net_address(struct net *net, int ifindex, int family, const void *addr, int prefix)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	size_t len = family == AF_INET ? 4 : 16;
	struct ifaddrmsg *ifa =
		net_start(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifa));

	ifa->ifa_family = family;
	ifa->ifa_prefixlen = prefix;
	ifa->ifa_index = ifindex;
	ifa->ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0;
	mnl_attr_put(msg, IFA_LOCAL, len, addr);
	mnl_attr_put(msg, IFA_ADDRESS, len, addr);
	return net_talk(net, buf);
}

int net_neighbour(struct net *net, int ifindex, int family, const void *addr,
		  const unsigned char *mac)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct ndmsg *nd = net_start(buf, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*nd));

	nd->ndm_family = family;
	nd->ndm_ifindex = ifindex;
	nd->ndm_state = NUD_PERMANENT;
	mnl_attr_put(msg, NDA_DST, family == AF_INET ? 4 : 16, addr);
	mnl_attr_put(msg, NDA_LLADDR, 6, mac);
	return net_talk(net, buf);
}

int net_fdb(struct net *net, int ifindex, const unsigned char *mac)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct ndmsg *nd = net_start(buf, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, sizeof(*nd));

	nd->ndm_family = AF_BRIDGE;
	nd->ndm_ifindex = ifindex;
	nd->ndm_flags = NTF_MASTER;
	/* "Static": what the bridge learns does not change it. */
	nd->ndm_state = NUD_NOARP;
	mnl_attr_put(msg, NDA_LLADDR, 6, mac);
	return net_talk(net, buf);
}

int net_route(struct net *net, int family, const void *to, int prefix, const void *gateway)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	size_t len = family == AF_INET ? 4 : 16;
	struct rtmsg *rt = net_start(buf, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*rt));

	rt->rtm_family = family;
	rt->rtm_dst_len = prefix;
	rt->rtm_table = RT_TABLE_MAIN;
	rt->rtm_protocol = RTPROT_STATIC;
	rt->rtm_scope = RT_SCOPE_UNIVERSE;
	rt->rtm_type = RTN_UNICAST;
	if (prefix)
		mnl_attr_put(msg, RTA_DST, len, to);
	mnl_attr_put(msg, RTA_GATEWAY, len, gateway);
	return net_talk(net, buf);
}
