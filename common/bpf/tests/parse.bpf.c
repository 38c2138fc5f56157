// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every parser of parse.h in one program. It is compiled against vmlinux.h and
 * (-DUAPI) against the uapi headers, loaded by test_verify.c, and included by
 * test_parse.c, which runs the same parse_all() in user space.
 */
#ifdef UAPI
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include "common/bpf/parse.h"
#include "common/bpf/checksum.h"
#ifdef __bpf__
#include <bpf/bpf_helpers.h>
#endif
#else
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "common/bpf/parse.h"
#include "common/bpf/checksum.h"
#endif

/* What was found, layer by layer; -1 where a layer could not be read. */
struct parsed {
	int tags; /* VLAN tags */
	int ids[VLAN_TAGS_MAX];
	int ethertype;	  /* host byte order */
	int ethernet_end; /* offset of the cursor behind Ethernet and its tags */
	int next;	  /* ARP operation or IP protocol */
	int next_end;
	int l4; /* what the ICMP, TCP or UDP parser returned */
	int l4_end;
};

static __always_inline int parse_l4(struct cursor *c, int protocol)
{
	struct icmp6hdr *icmp6;
	struct icmphdr *icmp;
	struct tcphdr *tcp;
	struct udphdr *udp;

	switch (protocol) {
	case IPPROTO_ICMP:
		return parse_icmp(c, &icmp);
	case IPPROTO_ICMPV6:
		return parse_icmp6(c, &icmp6);
	case IPPROTO_TCP:
		return parse_tcp(c, &tcp);
	case IPPROTO_UDP:
		return parse_udp(c, &udp);
	default:
		return -1;
	}
}

static __always_inline int parse_l3(struct cursor *c, int ethertype)
{
	struct arp_ipv4 *arp;
	struct ipv6hdr *ip6;
	struct iphdr *ip;
	int operation;

	switch (ethertype) {
	case ETH_P_ARP:
		operation = parse_arp(c, &arp);
		return operation < 0 ? -1 : bpf_ntohs(operation);
	case ETH_P_IP:
		return parse_ipv4(c, &ip);
	case ETH_P_IPV6:
		return parse_ipv6(c, &ip6);
	default:
		return -1;
	}
}

static __always_inline void parse_all(struct cursor c, struct parsed *p)
{
	void *start = c.pos;
	struct vlan_tags tags;
	struct ethhdr *eth;
	int proto;

	*p = (struct parsed){ .ethertype = -1, .next = -1, .l4 = -1 };
	proto = parse_eth_vlan(&c, &eth, &tags);
	if (proto < 0)
		return;
	p->tags = tags.count;
	for (__u32 i = 0; i < VLAN_TAGS_MAX; i++)
		p->ids[i] = i < tags.count ? tags.id[i] : 0;
	p->ethertype = bpf_ntohs(proto);
	p->ethernet_end = c.pos - start;

	p->next = parse_l3(&c, p->ethertype);
	if (p->next < 0)
		return;
	p->next_end = c.pos - start;

	p->l4 = parse_l4(&c, p->next);
	if (p->l4 >= 0)
		p->l4_end = c.pos - start;
}

#ifdef __bpf__
struct parsed result;

SEC("xdp")
int parse_xdp(struct xdp_md *ctx)
{
	parse_all(cursor_of(ctx), &result);
	return XDP_PASS;
}

SEC("tc")
int parse_tc(struct __sk_buff *skb)
{
	parse_all(cursor_of(skb), &result);
	return 0;
}

/* The small things a program does with them: read behind a header, rewrite a port. */
SEC("xdp")
int rewrite_port(struct xdp_md *ctx)
{
	struct cursor c = cursor_of(ctx);
	const __be16 port = bpf_htons(7);
	struct ethhdr *eth;
	struct iphdr *ip;
	struct udphdr *udp;

	if (parse_eth_vlan(&c, &eth, 0) != bpf_htons(ETH_P_IP) ||
	    parse_ipv4(&c, &ip) != IPPROTO_UDP || parse_udp(&c, &udp) < 0)
		return XDP_PASS;
	checksum_replace16_udp(&udp->check, udp->dest, port);
	udp->dest = port;
	checksum_replace32(&ip->check, ip->saddr, ip->daddr);
	ip->saddr = ip->daddr;
	return XDP_TX;
}

/* All of an IPv4 header anew, and a 16-byte field. */
SEC("xdp")
int whole_header(struct xdp_md *ctx)
{
	struct cursor c = cursor_of(ctx);
	struct ethhdr *eth;
	struct iphdr *ip;
	struct ipv6hdr *ip6;
	struct icmp6hdr *icmp6;
	int proto = parse_eth(&c, &eth);

	if (proto == bpf_htons(ETH_P_IP)) {
		if (parse_ipv4(&c, &ip) < 0)
			return XDP_DROP;
		ip->ttl--;
		ip->check = 0;
		ip->check = checksum_finish(checksum_add(0, ip, sizeof(*ip)));
	} else if (proto == bpf_htons(ETH_P_IPV6)) {
		if (parse_ipv6(&c, &ip6) != IPPROTO_ICMPV6 || parse_icmp6(&c, &icmp6) < 0)
			return XDP_DROP;
		checksum_replace(&icmp6->icmp6_cksum, &ip6->saddr, &ip6->daddr, sizeof(ip6->saddr));
		ip6->saddr = ip6->daddr;
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
#endif
