// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Frames of packets: what the kernel's programs are to read a key from again (acl.h). */
#include <arpa/inet.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <string.h>

#include "common/acl/acl.h"

/* Where the next byte goes. */
struct frame {
	unsigned char *bytes;
	size_t size;
};

static void *append(struct frame *f, size_t size)
{
	void *at = f->bytes + f->size;

	memset(at, 0, size);
	f->size += size;
	return at;
}

static void put16(void *at, unsigned int value)
{
	__be16 word = htons(value);

	memcpy(at, &word, sizeof(word));
}

/* ---- Ethernet, tags ---------------------------------------------------------------- */

static void add_ethernet(struct frame *f, const struct acl_key *key, unsigned int tags)
{
	static const unsigned char macs[12] = { 2, 0, 0, 0, 0, 0x0a, 2, 0, 0, 0, 0, 0x0b };
	unsigned char *type;

	memcpy(append(f, sizeof(macs)), macs, sizeof(macs));
	for (unsigned int i = 0; i < tags; i++) {
		unsigned char *tag = append(f, 4);

		/* Of two tags the outer one is 802.1ad's. */
		put16(tag, i + 1 < tags ? ETH_P_8021AD : ETH_P_8021Q);
		put16(tag + 2, 0x2000 + 100 + i);
	}
	type = append(f, 2);
	put16(type, key->family == 6 ? ETH_P_IPV6 : ETH_P_IP);
}

/* ---- IP ----------------------------------------------------------------------------- */

/* In units of 8 bytes; a multiple of 256 would hide a mistake in byte order. */
#define FRAGMENT_OFFSET 185

static size_t add_ipv4(struct frame *f, const struct acl_key *key, const struct acl_shape *shape)
{
	size_t start = f->size;
	struct iphdr ip = {
		.version = 4, .ihl = 5 + shape->options / 4, .ttl = 64, .id = htons(1)
	};

	ip.protocol = key->proto;
	ip.saddr = key->src[0];
	ip.daddr = key->dst[0];
	if (shape->later_fragment)
		ip.frag_off = htons(FRAGMENT_OFFSET);
	else if (shape->first_fragment)
		ip.frag_off = htons(0x2000);
	memcpy(append(f, sizeof(ip)), &ip, sizeof(ip));
	memset(append(f, shape->options), 1, shape->options);
	return start;
}

static void end_ipv4(struct frame *f, size_t start)
{
	unsigned char *ip = f->bytes + start;
	unsigned int sum = 0;

	put16(ip + 2, f->size - start);
	for (int i = 0; i < (ip[0] & 15) * 2; i++)
		sum += ip[2 * i] << 8 | ip[2 * i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~(sum + (sum >> 16)) & 0xffff);
}

/* An extension header of this type; *next is where the type of what follows goes. */
static void add_extension(struct frame *f, size_t *next, unsigned int type, unsigned int more)
{
	size_t start = f->size;
	unsigned char *ext;

	f->bytes[*next] = type;
	*next = start;
	if (type == IPPROTO_AH) {
		/* in units of 4 bytes, less 2 */
		ext = append(f, 12 + 4 * more);
		ext[1] = 1 + more;
		return;
	}
	ext = append(f, 8 + 8 * more);
	ext[1] = more;
	/* One option PadN fills it, in two kinds of them. */
	if (type != IPPROTO_ROUTING && 8 * more < 250) {
		ext[2] = 1;
		ext[3] = 4 + 8 * more;
	}
}

static size_t add_ipv6(struct frame *f, const struct acl_key *key, const struct acl_shape *shape)
{
	static const unsigned char types[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING,
					       IPPROTO_AH, IPPROTO_DSTOPTS };
	size_t start = f->size, next = start + 6;
	struct ipv6hdr ip6 = { .version = 6, .hop_limit = 64 };

	memcpy(&ip6.saddr, key->src, sizeof(ip6.saddr));
	memcpy(&ip6.daddr, key->dst, sizeof(ip6.daddr));
	memcpy(append(f, sizeof(ip6)), &ip6, sizeof(ip6));
	for (unsigned int i = 0; i < shape->extensions && i < sizeof(types); i++)
		add_extension(f, &next, types[i], i % 3);
	if (shape->first_fragment || shape->later_fragment) {
		size_t at = f->size;

		f->bytes[next] = IPPROTO_FRAGMENT;
		next = at;
		append(f, 8);
		put16(f->bytes + at + 2, shape->later_fragment ? FRAGMENT_OFFSET << 3 : 1);
	}
	f->bytes[next] = key->proto;
	return start;
}

static void end_ipv6(struct frame *f, size_t start)
{
	put16(f->bytes + start + 4, f->size - start - sizeof(struct ipv6hdr));
}

/* ---- what IP carries ------------------------------------------------------------------ */

/* In a later fragment without ports, what looks like a header is made of zeros. */
static unsigned int or_zero(unsigned int value, unsigned int none)
{
	return value == none ? 0 : value;
}

static void add_transport(struct frame *f, const struct acl_key *key, unsigned int payload)
{
	struct tcphdr tcp = { .doff = 5, .window = htons(1024) };
	struct udphdr udp = { .len = htons(sizeof(udp) + payload) };
	unsigned char *at;

	switch (key->proto) {
	case IPPROTO_TCP:
		tcp.source = htons(or_zero(key->sport, ACL_NO_PORT));
		tcp.dest = htons(or_zero(key->dport, ACL_NO_PORT));
		at = memcpy(append(f, sizeof(tcp)), &tcp, sizeof(tcp));
		at[13] = or_zero(key->tcp_flags, ACL_NO_FLAGS);
		break;
	case IPPROTO_UDP:
		udp.source = htons(or_zero(key->sport, ACL_NO_PORT));
		udp.dest = htons(or_zero(key->dport, ACL_NO_PORT));
		memcpy(append(f, sizeof(udp)), &udp, sizeof(udp));
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		/* In the other family it is a protocol like any unknown one. */
		if (key->proto != (key->family == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
			break;
		at = append(f, sizeof(struct icmphdr));
		at[0] = or_zero(key->icmp_type, ACL_NO_TYPE);
		break;
	default:
		break;
	}
	append(f, payload);
}

size_t acl_frame(const struct acl_key *key, const struct acl_shape *shape,
		 unsigned char frame[ACL_FRAME_MAX])
{
	unsigned int payload = shape->payload < 200 ? shape->payload : 200;
	struct frame f = { .bytes = frame };
	size_t start;

	add_ethernet(&f, key, shape->tags < 4 ? shape->tags : 4);
	start = key->family == 6 ? add_ipv6(&f, key, shape) : add_ipv4(&f, key, shape);
	add_transport(&f, key, payload);
	if (key->family == 6)
		end_ipv6(&f, start);
	else
		end_ipv4(&f, start);
	return f.size;
}

void acl_key_fragment(struct acl_key *key)
{
	key->sport = key->dport = ACL_NO_PORT;
	key->icmp_type = ACL_NO_TYPE;
	key->tcp_flags = ACL_NO_FLAGS;
}
