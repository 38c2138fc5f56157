/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Interfaces, addresses and neighbours by rtnetlink, one function for each
 * message. A struct net acts in the namespace it was opened in, whichever
 * namespace the process is in later. Knows nothing about environments.
 */
#ifndef TESTENV_NET_H
#define TESTENV_NET_H

#include <linux/types.h>
#include <stdbool.h>

struct mnl_socket;

struct net {
	struct mnl_socket *nl;
	unsigned int seq;
};

/* What a new veth end is called. */
struct net_end {
	const char *ifname;
	int ifindex;
	const unsigned char *mac; /* NULL: the kernel chooses */
	unsigned int mtu;	  /* 0: the kernel's usual one */
};

/* All return 0 or -errno. */
int net_open(struct net *net);
void net_close(struct net *net);

/* A veth pair: one end here, the other in the namespace of there_ns. */
int net_veth(struct net *net, const struct net_end *here, const struct net_end *there,
	     int there_ns);

/* A bridge that neither speaks nor listens to other bridges. */
int net_bridge(struct net *net, const char *ifname, int ifindex);

/* Makes an interface a port of the bridge. */
int net_port(struct net *net, int ifindex, int bridge);

/* The bridge knows that this address is behind that port. */
int net_fdb(struct net *net, int ifindex, const unsigned char *mac);

/* Sets the alias, and where there is IPv6 forbids automatic link-local addresses. */
int net_mark(struct net *net, int ifindex, const char *alias, bool ipv6);

/* Changes the IFF_ flags in mask to those in flags. */
int net_flags(struct net *net, int ifindex, unsigned int flags, unsigned int mask);

/* Attaches an XDP program in native mode; -1 takes the one away that is there. */
int net_xdp(struct net *net, int ifindex, int prog_fd);

/* family AF_INET or AF_INET6; addr as on the wire. */
int net_address(struct net *net, int ifindex, int family, const void *addr, int prefix);

/* A neighbour entry that never expires. */
int net_neighbour(struct net *net, int ifindex, int family, const void *addr,
		  const unsigned char *mac);

/* A route to that network (prefix 0: to everything) through a neighbour. */
int net_route(struct net *net, int family, const void *to, int prefix, const void *gateway);

/*
 * Makes packets complete before they are sent: the stack computes checksums
 * itself, and VLAN tags stand in the packet. Else both are left to hardware,
 * which is not there, and XDP programs see neither.
 */
int net_plain(struct net *net, const char *ifname);

/*
 * Attaches tc programs that see every packet the stack takes and sends. Their
 * verdict counts ("direct action").
 */
int net_tc(struct net *net, int ifindex, int ingress_fd, int egress_fd);

/* What the kernel says about an interface. */
struct net_link {
	int ifindex;
	char ifname[16];
	char alias[64];
	unsigned char mac[6];
	unsigned int mtu;
	bool up;
	bool ready;   /* up, carrier seen, and queues set up: packets pass */
	__u32 xdp_id; /* 0: no program */
	bool xdp_generic;
	__u64 rx_packets, tx_packets, rx_dropped;
};

int net_get_link(struct net *net, int ifindex, struct net_link *link);

/* Calls each() for every interface, until it returns something other than 0. */
int net_each_link(struct net *net, int (*each)(const struct net_link *link, void *data),
		  void *data);

struct net_addr {
	int ifindex;
	int family;
	int prefix;
	bool usable; /* not tentative, not a duplicate */
	unsigned char addr[16];
};

int net_each_address(struct net *net, int (*each)(const struct net_addr *addr, void *data),
		     void *data);

/* A socket that hears of changes to interfaces and IPv6 addresses. */
int net_watch(struct net *watch);

/*
 * Waits until the kernel has announced n IPv6 addresses that were added since
 * net_watch(), one for each interface but the loopback.
 */
int net_wait_addresses(struct net *watch, int n, int ms);

/*
 * Waits for the interface to be ready and for its addresses to be usable.
 * watch was opened before the interface came up, so that no change is missed.
 * Both return -ETIMEDOUT after ms milliseconds.
 */
int net_wait_ready(struct net *net, struct net *watch, int ifindex, int ms);

#endif
