// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

struct message {
	struct nlmsghdr h;
	struct ifinfomsg i;
	char room[256];
};

static void add(struct message *m, int type, const void *data, int len)
{
	struct rtattr *a = (void *)((char *)m + NLMSG_ALIGN(m->h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	m->h.nlmsg_len = NLMSG_ALIGN(m->h.nlmsg_len) + RTA_ALIGN(a->rta_len);
}

/* 0 or the kernel's -errno */
static int ask(int fd, struct message *m)
{
	char reply[8192];
	struct nlmsghdr *h = (void *)reply;

	m->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (send(fd, m, m->h.nlmsg_len, 0) < 0 || recv(fd, reply, sizeof(reply), 0) < 0)
		return -errno;
	return h->nlmsg_type == NLMSG_ERROR ? ((struct nlmsgerr *)NLMSG_DATA(h))->error : 0;
}

/* The other end of its link is in a namespace that gets a number here when somebody asks. */
static void attack(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	struct if_nameindex *own = if_nameindex();
	static const char alias[] = CANARY;

	for (struct if_nameindex *i = own; i && i->if_index; i++) {
		struct message m = { .h = { .nlmsg_len = NLMSG_LENGTH(sizeof(m.i)),
					    .nlmsg_type = RTM_SETLINK },
				     .i = { .ifi_index = i->if_index } };

		add(&m, IFLA_IFALIAS, alias, sizeof(alias));
		if (!ask(fd, &m))
			success("changed an interface of the environment");
	}
	for (int nsid = 0; nsid < 4; nsid++)
		for (int index = 1; index < 64; index++) {
			struct message m = { .h = { .nlmsg_len = NLMSG_LENGTH(sizeof(m.i)),
						    .nlmsg_type = RTM_NEWLINK },
					     .i = { .ifi_index = index } };

			add(&m, IFLA_TARGET_NETNSID, &nsid, sizeof(nsid));
			add(&m, IFLA_IFALIAS, alias, sizeof(alias));
			if (!ask(fd, &m))
				success("changed an interface of another namespace");
		}
	if_freenameindex(own);
	close(fd);
}
