// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The messages that put programs into the traffic control layer. */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "testenv/net.h"
#include "testenv/net_msg.h"

/* The hooks that programs hang on. */
static int clsact(struct net *net, int ifindex)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct tcmsg *tc = net_start(buf, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, sizeof(*tc));

	tc->tcm_ifindex = ifindex;
	tc->tcm_parent = TC_H_CLSACT;
	tc->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	mnl_attr_put_strz(msg, TCA_KIND, "clsact");
	return net_talk(net, buf);
}

static int filter(struct net *net, int ifindex, unsigned int hook, int prog_fd)
{
	char buf[NET_BUF];
	struct nlmsghdr *msg = (struct nlmsghdr *)buf;
	struct tcmsg *tc = net_start(buf, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, sizeof(*tc));
	struct nlattr *options;

	tc->tcm_ifindex = ifindex;
	tc->tcm_parent = TC_H_MAKE(TC_H_CLSACT, hook);
	/* First priority, for every kind of packet. */
	tc->tcm_info = TC_H_MAKE(1 << 16, htons(ETH_P_ALL));
	tc->tcm_handle = 1;
	mnl_attr_put_strz(msg, TCA_KIND, "bpf");
	options = mnl_attr_nest_start(msg, TCA_OPTIONS);
	mnl_attr_put_u32(msg, TCA_BPF_FD, prog_fd);
	mnl_attr_put_u32(msg, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	mnl_attr_nest_end(msg, options);
	return net_talk(net, buf);
}

int net_tc(struct net *net, int ifindex, int ingress_fd, int egress_fd)
{
	int err = clsact(net, ifindex);

	if (!err)
		err = filter(net, ifindex, TC_H_MIN_INGRESS, ingress_fd);
	if (!err)
		err = filter(net, ifindex, TC_H_MIN_EGRESS, egress_fd);
	return err;
}
