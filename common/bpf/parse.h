/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading packets, header by header. A cursor stands at the first byte not yet
 * read; every parser has the same shape:
 *
 *	int parse_X(struct cursor *c, struct Xhdr **header);
 *
 * It checks that the header is there, points *header at it, moves the cursor
 * behind it, and returns what comes next: an EtherType in network byte order, an
 * IP protocol number, or what its comment says. -1: the packet is too short or
 * the header contradicts itself; then *header and the cursor mean nothing.
 *
 *	struct cursor c = cursor_of(ctx);
 *	struct ethhdr *eth;
 *	struct iphdr *ip;
 *	struct udphdr *udp;
 *
 *	if (parse_eth_vlan(&c, &eth, NULL) != bpf_htons(ETH_P_IP) ||
 *	    parse_ipv4(&c, &ip) != IPPROTO_UDP || parse_udp(&c, &udp) < 0)
 *		return XDP_PASS;
 *
 * Include vmlinux.h or the uapi headers before this file. Of the uapi headers,
 * those whose types are used suffice: the parser of a header that was not
 * included does not exist. User space can include it too.
 *
 * Not here: changing packets (checksum.h helps), payload that is not in the
 * linear part of a packet (bpf_xdp_load_bytes(), bpf_skb_pull_data()).
 */
#ifndef COMMON_BPF_PARSE_H
#define COMMON_BPF_PARSE_H

#include <bpf/bpf_endian.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* vmlinux.h has types only; the uapi headers bring these with them. */
#ifndef ETH_P_IP
#define ETH_P_IP 0x0800
#endif
#ifndef ETH_P_ARP
#define ETH_P_ARP 0x0806
#endif
#ifndef ETH_P_8021Q
#define ETH_P_8021Q 0x8100
#endif
#ifndef ETH_P_IPV6
#define ETH_P_IPV6 0x86DD
#endif
#ifndef ETH_P_8021AD
#define ETH_P_8021AD 0x88A8
#endif
#ifndef IPPROTO_ICMPV6
#define IPPROTO_ICMPV6 58
#endif

/* How many tags or extension headers are followed; the verifier wants an end. */
#ifndef VLAN_TAGS_MAX
#define VLAN_TAGS_MAX 4
#endif
#ifndef IPV6_EXTENSIONS_MAX
#define IPV6_EXTENSIONS_MAX 6
#endif

/*
 * What parse_ipv4() and parse_ipv6() return for a fragment that is not the first:
 * the bytes at the cursor are from the middle of the payload, and no L4 header
 * may be read there. It equals no protocol number, so that a comparison with
 * IPPROTO_UDP fails as it should.
 */
#define PARSE_FRAGMENT 0x100

/* end must stay as the kernel gave it: the verifier knows only that pointer. */
struct cursor {
	void *pos;
	void *end;
};

/* A cursor at the start of the packet of a struct xdp_md * or __sk_buff *. */
#define cursor_of(ctx)                                        \
	((struct cursor){ (void *)(unsigned long)(ctx)->data, \
			  (void *)(unsigned long)(ctx)->data_end })

/* ---- Ethernet, VLAN, ARP ---------------------------------------------------- */

#if defined(__VMLINUX_H__) || defined(_LINUX_IF_ETHER_H)
/* Returns the EtherType (below 1536: a length, the frame is IEEE 802.3's). */
static __always_inline int parse_eth(struct cursor *c, struct ethhdr **header)
{
	struct ethhdr *eth = c->pos;

	if ((void *)(eth + 1) > c->end)
		return -1;
	c->pos = eth + 1;
	*header = eth;
	return eth->h_proto;
}

/* One 802.1Q or 802.1ad tag, from behind the EtherType that announces it. */
struct vlanhdr {
	__be16 tci;   /* 3 bits of priority, 1 drop eligible, 12 the VLAN's id */
	__be16 proto; /* EtherType of what follows */
};

/* Returns the EtherType behind the tag. */
static __always_inline int parse_vlan(struct cursor *c, struct vlanhdr **header)
{
	struct vlanhdr *vlan = c->pos;

	if ((void *)(vlan + 1) > c->end)
		return -1;
	c->pos = vlan + 1;
	*header = vlan;
	return vlan->proto;
}

/* The tags of a frame, the outermost first. */
struct vlan_tags {
	__u32 count;
	__u16 id[VLAN_TAGS_MAX]; /* host byte order */
};

/*
 * Ethernet and the tags behind it, stacked or none; tags may be NULL. Returns the
 * EtherType behind the last tag; -1 also for more than VLAN_TAGS_MAX tags. A card
 * or the kernel may have taken the outer tag off before (in tc: skb->vlan_tci).
 */
static __always_inline int parse_eth_vlan(struct cursor *c, struct ethhdr **header,
					  struct vlan_tags *tags)
{
	int proto = parse_eth(c, header);
	struct vlanhdr *vlan;

	/* All of it: clang may copy an unset id before it looks at the count. */
	if (tags)
		*tags = (struct vlan_tags){ 0 };
#pragma GCC unroll 8
	for (int i = 0; i < VLAN_TAGS_MAX; i++) {
		if (proto != bpf_htons(ETH_P_8021Q) && proto != bpf_htons(ETH_P_8021AD))
			return proto;
		proto = parse_vlan(c, &vlan);
		if (proto < 0)
			return -1;
		if (tags) {
			tags->id[i] = bpf_ntohs(vlan->tci) & 0x0fff;
			tags->count = i + 1;
		}
	}
	if (proto == bpf_htons(ETH_P_8021Q) || proto == bpf_htons(ETH_P_8021AD))
		return -1;
	return proto;
}

/* ARP for IPv4 over Ethernet; the addresses are not aligned. */
struct arp_ipv4 {
	__be16 htype;
	__be16 ptype;
	__u8 hlen;
	__u8 plen;
	__be16 oper; /* 1: who has target_ip? 2: it is at sender_mac */
	__u8 sender_mac[6];
	__be32 sender_ip;
	__u8 target_mac[6];
	__be32 target_ip;
} __attribute__((packed, aligned(2)));

/* Returns the operation, network byte order; -1 also for other kinds of addresses. */
static __always_inline int parse_arp(struct cursor *c, struct arp_ipv4 **header)
{
	struct arp_ipv4 *arp = c->pos;

	if ((void *)(arp + 1) > c->end)
		return -1;
	if (arp->htype != bpf_htons(1) || arp->ptype != bpf_htons(ETH_P_IP) || arp->hlen != 6 ||
	    arp->plen != 4)
		return -1;
	c->pos = arp + 1;
	*header = arp;
	return arp->oper;
}
#endif

/* ---- IPv4 --------------------------------------------------------------------- */

#if defined(__VMLINUX_H__) || defined(_LINUX_IP_H)
/*
 * The header with its options: the cursor goes behind them. Returns the protocol,
 * or PARSE_FRAGMENT. -1 also for a header or total length that cannot be.
 *
 * A total length beyond the frame is no error here: the rest may be in another
 * buffer (XDP frags, a non-linear skb). A short frame is padded: bytes may follow
 * that do not belong to the packet, see ipv4_payload_len().
 */
static __always_inline int parse_ipv4(struct cursor *c, struct iphdr **header)
{
	struct iphdr *ip = c->pos;
	__u32 size;

	if ((void *)(ip + 1) > c->end)
		return -1;
	size = ip->ihl * 4;
	if (ip->version != 4 || size < sizeof(*ip) || bpf_ntohs(ip->tot_len) < size)
		return -1;
	/* ip + 1 is inside; that the options are too is a check of its own. */
	if (c->pos + size > c->end)
		return -1;
	c->pos += size;
	*header = ip;
	/* 13 bits of offset; the flag "more fragments" alone is on the first one too. */
	if (ip->frag_off & bpf_htons(0x1fff))
		return PARSE_FRAGMENT;
	return ip->protocol;
}

/* Bytes that the packet says it has behind this header, for one that was parsed. */
static __always_inline __u32 ipv4_payload_len(const struct iphdr *ip)
{
	return bpf_ntohs(ip->tot_len) - ip->ihl * 4;
}
#endif

/* ---- IPv6 --------------------------------------------------------------------- */

#if defined(__VMLINUX_H__) || defined(_IPV6_H)
/* Extension headers that are followed. AH is IPPROTO_AH, which not all headers bring. */
enum {
	IPV6_EXT_HOPOPTS = 0,
	IPV6_EXT_ROUTING = 43,
	IPV6_EXT_FRAGMENT = 44,
	IPV6_EXT_AH = 51,
	IPV6_EXT_DSTOPTS = 60,
};

/* The start of every extension header, and the whole of a fragment's. */
struct ipv6_ext {
	__u8 nexthdr;
	__u8 length;	 /* in units that depend on the type; a fragment's: reserved */
	__be16 frag_off; /* 13 bits of offset, 2 reserved, 1 "more fragments" */
	__be32 id;
};

/* 1 if bit number n of set is set, for n below 64. Never a branch, see ipv6_ext_size(). */
static __always_inline __u64 ipv6_in_set(__u64 set, int n)
{
	__u64 bit = set >> n & 1;

	/* Hides from the compiler that this is a comparison of n. */
	asm volatile("" : "+r"(bit));
	return bit;
}

#define IPV6_EXT_BIT(type) (1ULL << (type))

static __always_inline int ipv6_is_ext(int type)
{
	const __u64 all = IPV6_EXT_BIT(IPV6_EXT_HOPOPTS) | IPV6_EXT_BIT(IPV6_EXT_ROUTING) |
			  IPV6_EXT_BIT(IPV6_EXT_FRAGMENT) | IPV6_EXT_BIT(IPV6_EXT_AH) |
			  IPV6_EXT_BIT(IPV6_EXT_DSTOPTS);

	return type < 64 && ipv6_in_set(all, type);
}

/*
 * Size in bytes of an extension header: 8 for a fragment's, (length + 2) * 4 for
 * AH, (length + 1) * 8 for the others. Without branches: the verifier follows
 * every way through the loop below, and three ways on each of six rounds were up
 * to a million instructions.
 */
static __always_inline __u32 ipv6_ext_size(int type, __u8 length)
{
	__u64 not_fragment = ipv6_in_set(IPV6_EXT_BIT(IPV6_EXT_FRAGMENT), type) - 1;
	__u64 not_ah = ipv6_in_set(IPV6_EXT_BIT(IPV6_EXT_AH), type) - 1;
	__u32 words = length & not_fragment;

	return 8 + words * 4 + (words * 4 & not_ah);
}

/*
 * The header and the extension headers behind it: the cursor goes behind them
 * all. Returns the protocol of what follows, or PARSE_FRAGMENT; then *proto is the
 * protocol that the fragment header names, else what is returned. ESP (50) and "no
 * next header" (59) are such protocols. -1 also for more than
 * IPV6_EXTENSIONS_MAX extension headers, and if they exceed the payload length
 * (0 stands for "more than 65,535" and is not checked).
 */
static __always_inline int parse_ipv6_proto(struct cursor *c, struct ipv6hdr **header, int *proto)
{
	struct ipv6hdr *ip6 = c->pos;
	__u32 size, total = 0;
	int next;

	if ((void *)(ip6 + 1) > c->end || ip6->version != 6)
		return -1;
	c->pos = ip6 + 1;
	*header = ip6;
	next = ip6->nexthdr;

	for (int i = 0; i < IPV6_EXTENSIONS_MAX && ipv6_is_ext(next); i++) {
		/* Every extension header has at least 8 bytes. */
		struct ipv6_ext *ext = c->pos;

		if ((void *)(ext + 1) > c->end)
			return -1;
		size = ipv6_ext_size(next, ext->length);
		if (c->pos + size > c->end)
			return -1;
		c->pos += size;
		total += size;
		if (next == IPV6_EXT_FRAGMENT && ext->frag_off & bpf_htons(0xfff8)) {
			*proto = ext->nexthdr;
			return PARSE_FRAGMENT;
		}
		next = ext->nexthdr;
	}
	if (ipv6_is_ext(next) || (ip6->payload_len && total > bpf_ntohs(ip6->payload_len)))
		return -1;
	*proto = next;
	return next;
}

/* The same for those who do not ask what a later fragment is a part of. */
static __always_inline int parse_ipv6(struct cursor *c, struct ipv6hdr **header)
{
	int proto;

	return parse_ipv6_proto(c, header, &proto);
}
#endif

/* ---- ICMP, TCP, UDP ------------------------------------------------------------ */

#if defined(__VMLINUX_H__) || defined(_LINUX_ICMP_H)
/* Returns the ICMP type. */
static __always_inline int parse_icmp(struct cursor *c, struct icmphdr **header)
{
	struct icmphdr *icmp = c->pos;

	if ((void *)(icmp + 1) > c->end)
		return -1;
	c->pos = icmp + 1;
	*header = icmp;
	return icmp->type;
}
#endif

#if defined(__VMLINUX_H__) || defined(_LINUX_ICMPV6_H)
/* Returns the ICMPv6 type. */
static __always_inline int parse_icmp6(struct cursor *c, struct icmp6hdr **header)
{
	struct icmp6hdr *icmp6 = c->pos;

	if ((void *)(icmp6 + 1) > c->end)
		return -1;
	c->pos = icmp6 + 1;
	*header = icmp6;
	return icmp6->icmp6_type;
}
#endif

#if defined(__VMLINUX_H__) || defined(_LINUX_TCP_H)
/* The header with its options. Returns its size in bytes, at least 20. */
static __always_inline int parse_tcp(struct cursor *c, struct tcphdr **header)
{
	struct tcphdr *tcp = c->pos;
	__u32 size;

	if ((void *)(tcp + 1) > c->end)
		return -1;
	size = tcp->doff * 4;
	if (size < sizeof(*tcp) || c->pos + size > c->end)
		return -1;
	c->pos += size;
	*header = tcp;
	return size;
}
#endif

#if defined(__VMLINUX_H__) || defined(_LINUX_UDP_H)
/* Returns how many bytes of payload the header announces; they may not all be here. */
static __always_inline int parse_udp(struct cursor *c, struct udphdr **header)
{
	struct udphdr *udp = c->pos;
	__u32 size;

	if ((void *)(udp + 1) > c->end)
		return -1;
	size = bpf_ntohs(udp->len);
	if (size < sizeof(*udp))
		return -1;
	c->pos = udp + 1;
	*header = udp;
	return size - sizeof(*udp);
}
#endif

#endif /* COMMON_BPF_PARSE_H */
