// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Packets for net.bats, sent and received inside "testenv run --topology pair":
 *
 *   wire bounce    a's program returns XDP_TX; does b get its frame back?
 *   wire checksum  is a UDP packet with a wrong checksum kept from b's socket?
 *   wire filled    has a UDP packet from a's socket a complete checksum?
 *   wire tags      is a datagram in VLAN 43 kept from b's socket, and one in VLAN 42 not?
 *   wire spoiled   does a's program that changes a datagram keep it from a's socket?
 *
 * and in any topology, NS being the file of a node's namespace:
 *
 *   wire frame NS IFINDEX NS2 IFINDEX2   does a frame sent by one interface arrive at the other?
 *
 * Exit status 0: yes.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 4242

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void enter_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static void enter(const char *variable)
{
	enter_path(getenv(variable));
}

static int with_deadline(int fd)
{
	struct timeval limit = { .tv_sec = 3 };

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		die("socket");
	return fd;
}

static int packet_socket(int ifindex, int protocol)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_ifindex = ifindex,
		.sll_protocol = htons(protocol),
	};
	int fd = with_deadline(socket(AF_PACKET, SOCK_RAW, htons(protocol)));

	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("bind");
	return fd;
}

static int udp_socket(const char *ip)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int fd = with_deadline(socket(AF_INET, SOCK_DGRAM, 0));

	inet_pton(AF_INET, getenv(ip), &at.sin_addr);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("bind");
	return fd;
}

static void mac(const char *variable, unsigned char *to)
{
	sscanf(getenv(variable), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", to, to + 1, to + 2, to + 3,
	       to + 4, to + 5);
}

static unsigned short fold(unsigned int sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static unsigned int add(unsigned int sum, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : p[i] << 8;
	return sum;
}

/* Sum over the pseudo header and the whole datagram: 0xffff when right. */
static unsigned short udp_sum(const struct iphdr *ip, const struct udphdr *udp)
{
	unsigned int sum = IPPROTO_UDP + ntohs(udp->len);

	sum = add(sum, &ip->saddr, 8);
	return fold(add(sum, udp, ntohs(udp->len)));
}

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	char text[6];
} __attribute__((packed));

static struct frame make_frame(const char *text, int error)
{
	struct frame f = {
		.eth.h_proto = htons(ETH_P_IP),
		.ip = { .version = 4,
			.ihl = 5,
			.ttl = 64,
			.protocol = IPPROTO_UDP,
			.tot_len = htons(sizeof(f) - sizeof(f.eth)) },
		.udp = { .source = htons(PORT),
			 .dest = htons(PORT),
			 .len = htons(sizeof(f.udp) + sizeof(f.text)) },
	};
	struct iphdr ip;
	struct {
		struct udphdr udp;
		char text[6];
	} datagram;
	unsigned int addr;

	snprintf(f.text, sizeof(f.text), "%s", text);
	mac("A_MAC", f.eth.h_source);
	mac("B_MAC", f.eth.h_dest);
	inet_pton(AF_INET, getenv("A_IP4"), &addr);
	f.ip.saddr = addr;
	inet_pton(AF_INET, getenv("B_IP4"), &addr);
	f.ip.daddr = addr;
	ip = f.ip;
	f.ip.check = htons(~fold(add(0, &ip, sizeof(ip))));
	memcpy(&datagram, &f.udp, sizeof(datagram));
	f.udp.check = htons(~udp_sum(&ip, &datagram.udp) + error);
	return f;
}

/* The wrong one goes first: were it delivered, it would be read first. */
static int checksum(void)
{
	struct frame wrong = make_frame("wrong", 1), right = make_frame("right", 0);
	char text[16] = "";
	int from, to;

	enter("B_NS");
	to = udp_socket("B_IP4");
	enter("A_NS");
	from = packet_socket(atoi(getenv("A_IFINDEX")), ETH_P_IP);
	if (send(from, &wrong, sizeof(wrong), 0) < 0 || send(from, &right, sizeof(right), 0) < 0)
		die("send");
	if (recv(to, text, sizeof(text) - 1, 0) < 0)
		die("recv");
	printf("received: %s\n", text);
	return strcmp(text, "right") != 0;
}

/* One in another VLAN goes first, then one in ours. */
static int tags(void)
{
	static const struct {
		const char *text;
		unsigned short vlan;
	} frames[] = { { "wrong", 43 }, { "right", 42 } };
	char text[16] = "";
	int from, to;

	enter("B_NS");
	to = udp_socket("B_IP4");
	enter("A_NS");
	from = packet_socket(atoi(getenv("A_IFINDEX")), 0);
	for (int i = 0; i < 2; i++) {
		struct frame f = make_frame(frames[i].text, 0);
		unsigned short tag[] = { htons(ETH_P_8021Q), htons(frames[i].vlan) };
		unsigned char bytes[sizeof(f) + sizeof(tag)];

		memcpy(bytes, &f, 2 * ETH_ALEN);
		memcpy(bytes + 2 * ETH_ALEN, tag, sizeof(tag));
		memcpy(bytes + 2 * ETH_ALEN + sizeof(tag), (char *)&f + 2 * ETH_ALEN,
		       sizeof(f) - 2 * ETH_ALEN);
		if (send(from, bytes, sizeof(bytes), 0) < 0)
			die("send");
	}
	if (recv(to, text, sizeof(text) - 1, 0) < 0)
		die("recv");
	printf("received: %s\n", text);
	return strcmp(text, "right") != 0;
}

static int filled(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct frame f;
	struct iphdr ip;
	struct {
		struct udphdr udp;
		char text[6];
	} datagram;
	int from, capture;

	enter("B_NS");
	capture = packet_socket(atoi(getenv("B_IFINDEX")), ETH_P_IP);
	enter("A_NS");
	from = udp_socket("A_IP4");
	inet_pton(AF_INET, getenv("B_IP4"), &to.sin_addr);
	if (sendto(from, "hello", 6, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("sendto");
	if (recv(capture, &f, sizeof(f), 0) != sizeof(f))
		die("recv");
	ip = f.ip;
	memcpy(&datagram, &f.udp, sizeof(datagram));
	printf("checksum over the datagram: %#x\n", udp_sum(&ip, &datagram.udp));
	return udp_sum(&ip, &datagram.udp) != 0xffff;
}

static int bounce(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_TX },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	unsigned char frame[ETH_ZLEN] = {}, back[ETH_ZLEN + 64];
	int prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "bounce", "GPL", insns, 2, NULL);
	int b;

	mac("A_MAC", frame);
	mac("B_MAC", frame + 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	if (bpf_link_create(prog, atoi(getenv("A_IFINDEX")), BPF_XDP, &opts) < 0)
		die("attach");
	enter("B_NS");
	b = packet_socket(atoi(getenv("B_IFINDEX")), 0x88b5);
	if (send(b, frame, sizeof(frame), 0) < 0)
		die("send");
	if (recv(b, back, sizeof(back), 0) < 0)
		die("the frame did not come back");
	return memcmp(frame, back, sizeof(frame)) != 0;
}

/* "wrong" is what the program changes, and goes first. */
static int spoiled(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	char text[16] = "";
	int from, at;

	enter("A_NS");
	at = udp_socket("A_IP4");
	enter("B_NS");
	from = udp_socket("B_IP4");
	inet_pton(AF_INET, getenv("A_IP4"), &to.sin_addr);
	if (sendto(from, "wrong", 6, 0, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    sendto(from, "right", 6, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("sendto");
	if (recv(at, text, sizeof(text) - 1, 0) < 0)
		die("recv");
	printf("received: %s\n", text);
	return strcmp(text, "right") != 0;
}

/* Receives the frame that was sent, not what leaves by that interface. */
static int await_frame(int fd, const void *frame, size_t size)
{
	unsigned char got[2048];

	for (;;) {
		struct sockaddr_ll from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, got, sizeof(got), 0, (struct sockaddr *)&from, &len);

		if (n < 0)
			die("the frame did not arrive");
		if (from.sll_pkttype != PACKET_OUTGOING && (size_t)n >= size &&
		    memcmp(got, frame, size) == 0)
			return 0;
	}
}

static int frame(char **argv)
{
	unsigned char bytes[ETH_ZLEN] = { 2, 0, 0, 0, 0, 0xa, 2, 0, 0, 0, 0, 0xb, 0x88, 0xb5 };
	int number = getpid(), from, to;

	memcpy(bytes + ETH_HLEN, &number, sizeof(number));
	enter_path(argv[2]);
	to = packet_socket(atoi(argv[3]), ETH_P_ALL);
	enter_path(argv[0]);
	from = packet_socket(atoi(argv[1]), 0);
	if (send(from, bytes, sizeof(bytes), 0) < 0)
		die("send");
	return await_frame(to, bytes, sizeof(bytes));
}

int main(int argc, char **argv)
{
	const char *what = argc >= 2 ? argv[1] : "";

	if (argc == 6 && strcmp(what, "frame") == 0)
		return frame(argv + 2);
	if (strcmp(what, "tags") == 0)
		return tags();
	if (strcmp(what, "spoiled") == 0)
		return spoiled();

	if (strcmp(what, "bounce") == 0)
		return bounce();
	if (strcmp(what, "checksum") == 0)
		return checksum();
	if (strcmp(what, "filled") == 0)
		return filled();
	fprintf(stderr, "usage: wire bounce|checksum|filled|tags|spoiled, wire frame ...\n");
	return 2;
}
