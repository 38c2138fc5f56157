/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the access control lists of lab03-xdp/14 to 17 share: what a rule can see
 * of a packet (struct acl_key), how a packet becomes that (acl_read_key()), and
 * where packets are counted. How rules are kept and searched is each lesson's own.
 *
 *	struct acl_key key;
 *
 *	switch (acl_read_key(ctx, &key)) {
 *	case ACL_IP:	...look for the first rule that matches key
 *	case ACL_OTHER: ...XDP_PASS, counted in ACL_SLOT_OTHER
 *	default:	...XDP_DROP, counted in ACL_SLOT_BAD
 *	}
 *
 * The policy:
 *  - Two VLAN tags are looked through; a frame with more of them is bad.
 *  - What is neither IPv4 nor IPv6 passes, and is counted: ACL_OTHER.
 *  - What is short or contradicts itself is dropped, and counted: ACL_BAD. So is a
 *    first fragment too short to hold the ports: nobody could say what it is.
 *  - IPv6 extension headers are walked, as many as parse.h follows.
 *  - A later fragment has no ports, no ICMP type and no TCP flags. A condition on
 *    one of these does not match it; addresses and the protocol do.
 *
 * Include vmlinux.h or the uapi headers before this file, as for parse.h. Without
 * the headers of all protocols there are the types only; user space needs no more.
 */
#ifndef COMMON_BPF_ACL_H
#define COMMON_BPF_ACL_H

/* How many rules a list may have. */
#define ACL_RULES_MAX 10000

/*
 * Each packet is counted in one slot of a per-CPU array of struct acl_count, the map
 * "counters". A rule keeps its slot as long as it is in the list, whatever comes in
 * front of it; a list that has just been loaded has rule n in slot n. There are
 * twice as many as rules: a new rule's slot is none that the list before it, which
 * may still be counting, has used.
 */
#define ACL_SLOT_DEFAULT 0		     /* no rule has matched */
#define ACL_SLOT_FIRST	 1		     /* rules, up to ... */
#define ACL_SLOT_LAST	 (2 * ACL_RULES_MAX) /* ... here */
#define ACL_SLOT_BAD	 (ACL_SLOT_LAST + 1) /* dropped: cannot be read */
#define ACL_SLOT_OTHER	 (ACL_SLOT_LAST + 2) /* passed: no IP */
#define ACL_SLOTS	 (ACL_SLOT_OTHER + 1)

struct acl_count {
	__u64 packets;
	__u64 bytes; /* of frames, with their Ethernet header */
};

/* The numbers of XDP_DROP and XDP_PASS. */
enum acl_action {
	ACL_DENY = 1,
	ACL_PERMIT = 2,
};

/* What a packet does not have is a number beyond all that it could have. */
#define ACL_NO_PORT  65536
#define ACL_NO_TYPE  256
#define ACL_NO_FLAGS 0x100

/* What a rule can ask about a packet. No byte of it is padding: it can be a map's key. */
struct acl_key {
	__be32 src[4]; /* network byte order; IPv4: src[0], the others are 0 */
	__be32 dst[4];
	__u32 sport; /* host byte order; of TCP and UDP, else ACL_NO_PORT */
	__u32 dport;
	__u16 icmp_type; /* of ICMP and ICMPv6, else ACL_NO_TYPE */
	__u16 tcp_flags; /* FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, else ACL_NO_FLAGS */
	__u16 proto;  /* of IP, 0 to 255 */
	__u16 family; /* 4 or 6 */
};

enum acl_packet {
	ACL_IP,
	ACL_OTHER,
	ACL_BAD,
};

#if defined(__VMLINUX_H__) ||                                                           \
	(defined(_LINUX_IF_ETHER_H) && defined(_LINUX_IP_H) && defined(_IPV6_H) &&      \
	 defined(_LINUX_ICMP_H) && defined(_LINUX_ICMPV6_H) && defined(_LINUX_TCP_H) && \
	 defined(_LINUX_UDP_H))

#define VLAN_TAGS_MAX 2
#include "common/bpf/parse.h"

/* What stands behind the IP header. false: it is short or wrong. */
static __always_inline bool acl_read_transport(struct cursor *c, struct acl_key *key)
{
	struct icmp6hdr *icmp6;
	struct icmphdr *icmp;
	struct tcphdr *tcp;
	struct udphdr *udp;

	switch (key->proto) {
	case IPPROTO_TCP:
		if (parse_tcp(c, &tcp) < 0)
			return false;
		key->sport = bpf_ntohs(tcp->source);
		key->dport = bpf_ntohs(tcp->dest);
		key->tcp_flags = ((__u8 *)tcp)[13];
		return true;
	case IPPROTO_UDP:
		if (parse_udp(c, &udp) < 0)
			return false;
		key->sport = bpf_ntohs(udp->source);
		key->dport = bpf_ntohs(udp->dest);
		return true;
	case IPPROTO_ICMP:
		if (key->family != 4)
			return true;
		if (parse_icmp(c, &icmp) < 0)
			return false;
		key->icmp_type = icmp->type;
		return true;
	case IPPROTO_ICMPV6:
		if (key->family != 6)
			return true;
		if (parse_icmp6(c, &icmp6) < 0)
			return false;
		key->icmp_type = icmp6->icmp6_type;
		return true;
	default:
		return true;
	}
}

static __always_inline enum acl_packet acl_read_ipv4(struct cursor *c, struct acl_key *key)
{
	struct iphdr *ip;
	int next = parse_ipv4(c, &ip);

	if (next < 0)
		return ACL_BAD;
	key->family = 4;
	key->src[0] = ip->saddr;
	key->dst[0] = ip->daddr;
	key->proto = ip->protocol;
	if (next == PARSE_FRAGMENT)
		return ACL_IP;
	if (!acl_read_transport(c, key))
		return ACL_BAD;
	/* What stands behind the packet's own end is padding, and no header. */
	return c->pos - (void *)ip > bpf_ntohs(ip->tot_len) ? ACL_BAD : ACL_IP;
}

static __always_inline enum acl_packet acl_read_ipv6(struct cursor *c, struct acl_key *key)
{
	struct ipv6hdr *ip6;
	int proto = 0, next = parse_ipv6_proto(c, &ip6, &proto);

	if (next < 0)
		return ACL_BAD;
	key->family = 6;
	__builtin_memcpy(key->src, &ip6->saddr, sizeof(key->src));
	__builtin_memcpy(key->dst, &ip6->daddr, sizeof(key->dst));
	key->proto = proto;
	if (next == PARSE_FRAGMENT)
		return ACL_IP;
	if (!acl_read_transport(c, key))
		return ACL_BAD;
	if (ip6->payload_len && c->pos - (void *)(ip6 + 1) > bpf_ntohs(ip6->payload_len))
		return ACL_BAD;
	return ACL_IP;
}

/* What a packet is; for ACL_IP also its key. The cursor is at the Ethernet header. */
static __always_inline enum acl_packet acl_read_packet(struct cursor *c, struct acl_key *key)
{
	struct ethhdr *eth;
	int next = parse_eth_vlan(c, &eth, NULL);

	*key = (struct acl_key){
		.sport = ACL_NO_PORT,
		.dport = ACL_NO_PORT,
		.icmp_type = ACL_NO_TYPE,
		.tcp_flags = ACL_NO_FLAGS,
	};
	if (next < 0)
		return ACL_BAD;
	if (next == bpf_htons(ETH_P_IP))
		return acl_read_ipv4(c, key);
	if (next == bpf_htons(ETH_P_IPV6))
		return acl_read_ipv6(c, key);
	return ACL_OTHER;
}

/* The same of a struct xdp_md * or __sk_buff *. */
#define acl_read_key(ctx, key)                             \
	({                                                 \
		struct cursor acl_cursor = cursor_of(ctx); \
		acl_read_packet(&acl_cursor, key);         \
	})
#endif

#endif /* COMMON_BPF_ACL_H */
