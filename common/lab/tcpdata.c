// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counting packets with TCP data on their way out of an interface: a packet
 * socket whose filter takes only those, and the kernel's own count of what the
 * filter took. Nobody reads the packets.
 */
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "common/lab/internal.h"

/*
 * On a SOCK_DGRAM socket a packet begins with its IP header. A header's length
 * is in the low half of a byte (IP) or in its high half (TCP), in words of 4 bytes.
 */
enum {
	IPV4 = 5,
	IPV6 = 14,
	BOTH = 20,
	NO = 24,
	YES = 25
};
/* A jump goes so many instructions beyond the next one. */
#define TO(here, there)	    ((there) - (here)-1)
#define UNLESS(here, op, k) BPF_JUMP(BPF_JMP | (op) | BPF_K, k, 0, TO(here, NO))
#define LOAD(size, at)	    BPF_STMT(BPF_LD | (size) | BPF_ABS, at)
#define HIGH_HALF_TIMES_FOUR \
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4), BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 2)

static struct sock_filter has_tcp_data[] = {
	LOAD(BPF_B, SKF_AD_OFF + SKF_AD_PKTTYPE),
	UNLESS(1, BPF_JEQ, PACKET_OUTGOING),
	LOAD(BPF_H, SKF_AD_OFF + SKF_AD_PROTOCOL),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, TO(3, IPV6), 0),
	UNLESS(4, BPF_JEQ, ETH_P_IP),

	[IPV4] = LOAD(BPF_B, 9), /* protocol */
	UNLESS(6, BPF_JEQ, IPPROTO_TCP),
	LOAD(BPF_H, 6), /* a later fragment has no TCP header */
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, TO(8, NO), 0),
	BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X: length of the IP header */
	BPF_STMT(BPF_LD | BPF_B | BPF_IND, 12), /* A: the byte with that of the TCP header */
	HIGH_HALF_TIMES_FOUR,
	BPF_STMT(BPF_JMP | BPF_JA, TO(13, BOTH)),

	[IPV6] = LOAD(BPF_B, 6), /* next header */
	UNLESS(15, BPF_JEQ, IPPROTO_TCP),
	LOAD(BPF_B, 40 + 12),
	HIGH_HALF_TIMES_FOUR,
	BPF_STMT(BPF_LDX | BPF_IMM, 40),

	/* Is the packet longer than both headers? */
	[BOTH] = BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
	BPF_STMT(BPF_MISC | BPF_TAX, 0),
	BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
	BPF_JUMP(BPF_JMP | BPF_JGT | BPF_X, 0, TO(23, YES), TO(23, NO)),
	[NO] = BPF_STMT(BPF_RET | BPF_K, 0),
	[YES] = BPF_STMT(BPF_RET | BPF_K, 1),
};

static int listen_on(int fd, unsigned int ifindex)
{
	const struct sock_fprog filter = { ARRAY_SIZE(has_tcp_data), has_tcp_data };
	const struct sockaddr_ll place = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	int least = 0;

	/* A full queue is no harm: what finds no room in it is counted too. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ||
	    bind(fd, (const struct sockaddr *)&place, sizeof(place)) < 0)
		return -errno;
	return 0;
}

int lab_tcp_data_open(const char *ifname)
{
	unsigned int ifindex = if_nametoindex(ifname);
	int fd, err;

	if (!ifindex)
		return lab_fail(-ENODEV, "no interface '%s' here", ifname);
	/* Protocol 0: nothing comes before the filter is there. */
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	err = fd < 0 ? -errno : listen_on(fd, ifindex);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return lab_fail(err, "cannot count packets on %s: %s", ifname, strerror(-err));
}

long lab_tcp_data_count(int fd)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		return -errno;
	return stats.tp_packets; /* those dropped for want of room included */
}
