// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drops every UDP datagram to one port, wherever in the frame its header is.
 * Everything else passes to the stack, and so does what is truncated or
 * malformed: this program says "no" only when it is sure. Each kind of frame
 * has a counter. Nothing is changed in any frame.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* How many VLAN tags, IPv6 extension headers may stand one behind the other. */
#define MAX_TAGS 2
#define MAX_EXT	 8

/* The bits of the fragment offset: in IPv4's frag_off, and in IPv6's. */
#define FRAG_OFFSET 0x1fff
#define IP6_OFFSET  0xfff8

/*
 * What a parser returns when there is no next protocol: the frame is cut short
 * or a field cannot be; or it is a later fragment, so that data comes next and
 * no header.
 */
#define BAD	 -1
#define FRAGMENT -2

/* The port, in host byte order. The loader sets it before it loads us. */
const volatile __u16 port = 7777;

/* One counter for each kind of frame. The loader prints them. */
__u64 dropped;	 /* UDP to the port */
__u64 udp;	 /* UDP to another port */
__u64 icmp;	 /* ICMP and ICMPv6 */
__u64 fragments; /* later fragments */
__u64 other;	 /* everything else that is sound */
__u64 bad;	 /* truncated or malformed */

/* Where we are in the frame, and where the frame ends. */
struct cursor {
	void *pos;
	void *end;
};

/* Two headers that <linux/...> has no struct for. */
struct vlan_tag {
	__be16 tci;   /* priority and VLAN number */
	__be16 proto; /* the type of what follows */
};

struct frag_hdr {
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 id;
};

/*
 * Every parser has the same shape: it takes the cursor, checks that its
 * header is there, moves the cursor behind it, and returns what comes next,
 * or a negative number.
 */

/* Returns the EtherType in host byte order, or BAD. */
static __always_inline int parse_eth(struct cursor *c)
{
	struct ethhdr *eth = c->pos;
	__be16 proto;

	if ((void *)(eth + 1) > c->end)
		return BAD;
	c->pos = eth + 1;
	proto = eth->h_proto;
	for (int i = 0; i < MAX_TAGS; i++) {
		struct vlan_tag *tag = c->pos;

		if (proto != bpf_htons(ETH_P_8021Q) && proto != bpf_htons(ETH_P_8021AD))
			break;
		if ((void *)(tag + 1) > c->end)
			return BAD;
		c->pos = tag + 1;
		proto = tag->proto;
	}
	return bpf_ntohs(proto);
}

/* Returns the next protocol, FRAGMENT or BAD. */
static __always_inline int parse_ipv4(struct cursor *c)
{
	struct iphdr *ip = c->pos;
	int len;

	if ((void *)(ip + 1) > c->end)
		return BAD;
	len = ip->ihl * 4;
	if (len < (int)sizeof(*ip) || c->pos + len > c->end)
		return BAD;
	c->pos += len;
	if (ip->frag_off & bpf_htons(FRAG_OFFSET))
		return FRAGMENT;
	return ip->protocol;
}

/* Returns the next protocol behind the extension headers, FRAGMENT or BAD. */
static __always_inline int parse_ipv6(struct cursor *c)
{
	struct ipv6hdr *ip6 = c->pos;
	__u8 next;

	if ((void *)(ip6 + 1) > c->end)
		return BAD;
	c->pos = ip6 + 1;
	next = ip6->nexthdr;
	for (;;) {
		struct ipv6_opt_hdr *ext = c->pos;
		struct frag_hdr *frag = c->pos;

		switch (next) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
			if ((void *)(ext + 1) > c->end)
				return BAD;
			c->pos += (ext->hdrlen + 1) * 8;
			if (c->pos > c->end)
				return BAD;
			next = ext->nexthdr;
			break;
		case IPPROTO_FRAGMENT:
			if ((void *)(frag + 1) > c->end)
				return BAD;
			if (frag->frag_off & bpf_htons(IP6_OFFSET))
				return FRAGMENT;
			c->pos = frag + 1;
			next = frag->nexthdr;
			break;
		default:
			return next;
		}
	}
	return BAD; /* a longer chain is nobody's honest traffic */
}

/* Returns the destination port in host byte order, or BAD. */
static __always_inline int parse_udp(struct cursor *c)
{
	struct udphdr *hdr = c->pos;

	if ((void *)(hdr + 1) > c->end)
		return BAD;
	c->pos = hdr + 1;
	return bpf_ntohs(hdr->dest);
}

static __always_inline int pass(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
	return XDP_PASS;
}

SEC("xdp")
int parsing(struct xdp_md *ctx)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	int next;

	next = parse_eth(&c);
	if (next == ETH_P_IP)
		next = parse_ipv4(&c);
	else if (next == ETH_P_IPV6)
		next = parse_ipv6(&c);
	else if (next != BAD)
		return pass(&other);

	switch (next) {
	case BAD:
		return pass(&bad);
	case FRAGMENT:
		return pass(&fragments);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return pass(&icmp);
	case IPPROTO_UDP:
		break;
	default:
		return pass(&other);
	}

	next = parse_udp(&c);
	if (next == BAD)
		return pass(&bad);
	if (next != port)
		return pass(&udp);
	__sync_fetch_and_add(&dropped, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
