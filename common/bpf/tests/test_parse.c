// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The parsers of parse.h in user space. Every packet is also parsed when cut
 * after each of its bytes, from memory of exactly that size, so that
 * AddressSanitizer sees a read too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define UAPI
#include "common/bpf/tests/parse.bpf.c"

/* ---- building packets: each function appends a header ------------------------ */

struct packet {
	unsigned char data[16384];
	size_t len;
};

static unsigned char *put(struct packet *p, size_t size)
{
	unsigned char *at = p->data + p->len;

	assert_true(p->len + size <= sizeof(p->data));
	p->len += size;
	return at;
}

static void put16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void ethernet(struct packet *p, unsigned int proto)
{
	memset(p, 0, sizeof(*p));
	put16(put(p, 14) + 12, proto);
}

static void vlan(struct packet *p, unsigned int id, unsigned int proto)
{
	unsigned char *at = put(p, 4);

	/* Priority 5 and "drop eligible": not part of the id. */
	put16(at, 0xb000 | id);
	put16(at + 2, proto);
}

/* options: bytes of them, a multiple of 4; payload: bytes that follow by the total length */
static unsigned char *ipv4(struct packet *p, unsigned int options, unsigned int protocol,
			   unsigned int payload)
{
	unsigned char *at = put(p, 20 + options);

	at[0] = 0x40 | (20 + options) / 4;
	put16(at + 2, 20 + options + payload);
	at[9] = protocol;
	memset(at + 20, 1, options);
	return at;
}

static unsigned char *ipv6(struct packet *p, unsigned int next, unsigned int payload)
{
	unsigned char *at = put(p, 40);

	at[0] = 0x60;
	put16(at + 4, payload);
	at[6] = next;
	return at;
}

/* An extension header of size bytes with this length field. */
static unsigned char *extension(struct packet *p, unsigned int next, unsigned int length,
				size_t size)
{
	unsigned char *at = put(p, size);

	at[0] = next;
	at[1] = length;
	return at;
}

static void tcp(struct packet *p, unsigned int options)
{
	put(p, 20 + options)[12] = (20 + options) / 4 << 4;
}

static void udp(struct packet *p, unsigned int len)
{
	put16(put(p, 8) + 4, len);
}

/* ---- running the parsers --------------------------------------------------------- */

/* The first len bytes of p, in memory that ends with them; +2 aligns the IP header. */
static struct parsed parse_prefix(const struct packet *p, size_t len)
{
	enum {
		IP_ALIGN = 2
	};
	unsigned char *memory = malloc(IP_ALIGN + len);
	struct cursor c = { memory + IP_ALIGN, memory + IP_ALIGN + len };
	struct parsed parsed;

	assert_non_null(memory);
	memcpy(c.pos, p->data, len);
	parse_all(c, &parsed);
	free(memory);
	return parsed;
}

/* What the whole packet must give; and each prefix: the layers that are whole in it. */
static void expect(const struct packet *p, const struct parsed *want)
{
	for (size_t len = 0; len <= p->len; len++) {
		struct parsed got = parse_prefix(p, len);
		int has_ethernet = want->ethertype >= 0 && (int)len >= want->ethernet_end;
		int has_next = want->next >= 0 && (int)len >= want->next_end;
		int has_l4 = want->l4 >= 0 && (int)len >= want->l4_end;

		assert_int_equal(got.ethertype, has_ethernet ? want->ethertype : -1);
		assert_int_equal(got.ethernet_end, has_ethernet ? want->ethernet_end : 0);
		assert_int_equal(got.tags, has_ethernet ? want->tags : 0);
		assert_int_equal(got.next, has_next ? want->next : -1);
		assert_int_equal(got.next_end, has_next ? want->next_end : 0);
		assert_int_equal(got.l4, has_l4 ? want->l4 : -1);
		assert_int_equal(got.l4_end, has_l4 ? want->l4_end : 0);
	}
}

/* An IPv4 or IPv6 packet directly in Ethernet. */
static void expect_ip(const struct packet *p, int ethertype, int next, int next_end, int l4,
		      int l4_end)
{
	struct parsed want = { .ethertype = ethertype,
			       .ethernet_end = 14,
			       .next = next,
			       .next_end = next_end,
			       .l4 = l4,
			       .l4_end = l4_end };

	expect(p, &want);
}

enum {
	NO = -1
};

static void test_ethernet(void **state)
{
	struct packet p;

	(void)state;
	ethernet(&p, 0x88cc);
	expect_ip(&p, 0x88cc, NO, 0, NO, 0);
	/* IEEE 802.3: a length in the place of the type */
	ethernet(&p, 0x0026);
	expect_ip(&p, 0x0026, NO, 0, NO, 0);
}

static void test_vlan_tags(void **state)
{
	static const unsigned int ids[] = { 1, 4095, 0, 2730 };
	struct packet p;

	(void)state;
	for (int n = 1; n <= VLAN_TAGS_MAX; n++) {
		struct parsed want = { .tags = n,
				       .ethertype = ETH_P_IP,
				       .ethernet_end = 14 + 4 * n,
				       .next = IPPROTO_UDP,
				       .next_end = 34 + 4 * n,
				       .l4 = 4,
				       .l4_end = 42 + 4 * n };
		struct parsed got;

		ethernet(&p, n > 1 ? ETH_P_8021AD : ETH_P_8021Q);
		for (int i = 0; i < n; i++)
			vlan(&p, ids[i], i + 1 < n ? ETH_P_8021Q : ETH_P_IP);
		ipv4(&p, 0, IPPROTO_UDP, 12);
		udp(&p, 12);
		expect(&p, &want);
		got = parse_prefix(&p, p.len);
		for (int i = 0; i < n; i++)
			assert_int_equal(got.ids[i], ids[i]);
	}
}

static void test_too_many_tags(void **state)
{
	struct packet p;

	(void)state;
	ethernet(&p, ETH_P_8021Q);
	for (int i = 0; i <= VLAN_TAGS_MAX; i++)
		vlan(&p, i, i < VLAN_TAGS_MAX ? ETH_P_8021Q : ETH_P_IP);
	ipv4(&p, 0, IPPROTO_UDP, 8);
	udp(&p, 8);
	expect(&p, &(struct parsed){ .ethertype = NO, .next = NO, .l4 = NO });
}

static void test_arp(void **state)
{
	struct packet p;
	unsigned char *at;

	(void)state;
	ethernet(&p, ETH_P_ARP);
	at = put(&p, 28);
	memcpy(at, (unsigned char[]){ 0, 1, 8, 0, 6, 4, 0, 2 }, 8);
	expect_ip(&p, ETH_P_ARP, 2, 42, NO, 0);
	/* each of the four fields that say which addresses these are */
	for (int i = 1; i < 6; i++) {
		at[i] ^= 1;
		expect_ip(&p, ETH_P_ARP, NO, 0, NO, 0);
		at[i] ^= 1;
	}
}

static void test_arp_fields(void **state)
{
	static const unsigned char bytes[28] = { 0,  1, 8, 0, 6, 4, 0, 1, 1, 2, 3,  4, 5, 6,
						 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2 };
	unsigned char copy[28];
	struct cursor c = { copy, copy + sizeof(copy) };
	struct arp_ipv4 *arp;

	(void)state;
	memcpy(copy, bytes, sizeof(copy));
	assert_int_equal(parse_arp(&c, &arp), bpf_htons(1));
	assert_ptr_equal(c.pos, c.end);
	assert_int_equal(arp->sender_ip, bpf_htonl(0x0a000001));
	assert_int_equal(arp->target_ip, bpf_htonl(0x0a000002));
	assert_int_equal(arp->sender_mac[5], 6);
}

static void test_ipv4_options(void **state)
{
	struct packet p;

	(void)state;
	for (int options = 0; options <= 40; options += 4) {
		ethernet(&p, ETH_P_IP);
		ipv4(&p, options, IPPROTO_UDP, 8);
		udp(&p, 8);
		expect_ip(&p, ETH_P_IP, IPPROTO_UDP, 34 + options, 0, 42 + options);
	}
}

static void test_ipv4_hostile_header(void **state)
{
	struct packet p;
	unsigned char *at;

	(void)state;
	/* header lengths below 20, and those for which the frame is too short */
	for (unsigned int ihl = 0; ihl < 16; ihl++) {
		ethernet(&p, ETH_P_IP);
		at = ipv4(&p, 0, IPPROTO_ICMP, 40);
		at[0] = 0x40 | ihl;
		if (ihl == 5)
			expect_ip(&p, ETH_P_IP, IPPROTO_ICMP, 34, NO, 0);
		else
			expect_ip(&p, ETH_P_IP, NO, 0, NO, 0);
	}
	for (unsigned int version = 0; version < 16; version++) {
		ethernet(&p, ETH_P_IP);
		at = ipv4(&p, 0, IPPROTO_ICMP, 0);
		at[0] = version << 4 | 5;
		expect_ip(&p, ETH_P_IP, version == 4 ? IPPROTO_ICMP : NO, version == 4 ? 34 : 0, NO,
			  0);
	}
}

static void test_ipv4_total_length(void **state)
{
	struct packet p;
	unsigned char *at;

	(void)state;
	for (unsigned int total = 0; total <= 28; total++) {
		ethernet(&p, ETH_P_IP);
		at = ipv4(&p, 4, 253, 0);
		put16(at + 2, total);
		expect_ip(&p, ETH_P_IP, total < 24 ? NO : 253, total < 24 ? 0 : 38, NO, 0);
	}
	/* more than the frame has: the rest may be in another buffer */
	put16(at + 2, 0xffff);
	expect_ip(&p, ETH_P_IP, 253, 38, NO, 0);
	assert_int_equal(ipv4_payload_len((struct iphdr *)memcpy(&(struct iphdr){}, at, 20)),
			 0xffff - 24);
}

static void test_ipv4_fragments(void **state)
{
	static const struct {
		unsigned int frag_off;
		int later;
	} cases[] = {
		{ 0x0000, 0 },
		{ 0x4000, 0 } /* don't fragment */,
		{ 0x2000, 0 } /* the first */,
		{ 0x2001, 1 },
		{ 0x0001, 1 } /* the last */,
		{ 0x1fff, 1 },
		{ 0x8000, 0 } /* reserved */,
		{ 0x1000, 1 },
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ethernet(&p, ETH_P_IP);
		put16(ipv4(&p, 0, IPPROTO_UDP, 8) + 6, cases[i].frag_off);
		udp(&p, 8);
		if (cases[i].later)
			expect_ip(&p, ETH_P_IP, PARSE_FRAGMENT, 34, NO, 0);
		else
			expect_ip(&p, ETH_P_IP, IPPROTO_UDP, 34, 0, 42);
	}
}

static void test_ipv6(void **state)
{
	struct packet p;

	(void)state;
	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, IPPROTO_TCP, 20);
	tcp(&p, 0);
	expect_ip(&p, ETH_P_IPV6, IPPROTO_TCP, 54, 20, 74);
	for (unsigned int version = 0; version < 16; version++) {
		p.data[14] = version << 4;
		if (version != 6)
			expect_ip(&p, ETH_P_IPV6, NO, 0, NO, 0);
	}
	/* ESP, and nothing at all, are ends like any other */
	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, 59, 0);
	expect_ip(&p, ETH_P_IPV6, 59, 54, NO, 0);
	p.data[20] = 50;
	expect_ip(&p, ETH_P_IPV6, 50, 54, NO, 0);
	/* protocol numbers from 64 on */
	for (int next = 61; next < 256; next++) {
		p.data[20] = next;
		expect_ip(&p, ETH_P_IPV6, next, 54, NO, 0);
	}
}

static void test_ipv6_extensions(void **state)
{
	/* type, length field, size in bytes */
	static const unsigned int kinds[][3] = {
		{ 0, 0, 8 },   { 0, 3, 32 },	  { 43, 2, 24 }, { 60, 0, 8 }, { 60, 255, 2048 },
		{ 51, 4, 24 }, { 51, 255, 1028 }, { 51, 0, 8 },	 { 44, 0, 8 }, { 44, 9, 8 },
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int size = kinds[i][2];

		ethernet(&p, ETH_P_IPV6);
		ipv6(&p, kinds[i][0], size + 8);
		extension(&p, IPPROTO_UDP, kinds[i][1], size);
		udp(&p, 8);
		expect_ip(&p, ETH_P_IPV6, IPPROTO_UDP, 54 + size, 0, 62 + size);
	}
}

static void test_ipv6_chain(void **state)
{
	struct packet p;

	(void)state;
	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, 0, 80);
	extension(&p, 60, 1, 16);
	extension(&p, 43, 0, 8);
	extension(&p, 44, 0, 8);
	extension(&p, 51, 0, 8);
	extension(&p, 60, 4, 24);
	extension(&p, IPPROTO_ICMPV6, 0, 8);
	put(&p, 8)[0] = 135;
	expect_ip(&p, ETH_P_IPV6, IPPROTO_ICMPV6, 126, 135, 134);
}

static void test_ipv6_chain_bound(void **state)
{
	struct packet p;

	(void)state;
	for (int n = 1; n <= IPV6_EXTENSIONS_MAX + 1; n++) {
		int fits = n <= IPV6_EXTENSIONS_MAX;

		ethernet(&p, ETH_P_IPV6);
		ipv6(&p, 60, 8 * n + 8);
		for (int i = 1; i <= n; i++)
			extension(&p, i < n ? 60 : IPPROTO_UDP, 0, 8);
		udp(&p, 8);
		expect_ip(&p, ETH_P_IPV6, fits ? IPPROTO_UDP : NO, fits ? 54 + 8 * n : 0,
			  fits ? 0 : NO, fits ? 62 + 8 * n : 0);
	}
}

static void test_ipv6_hostile_lengths(void **state)
{
	struct packet p;

	(void)state;
	/* an extension header longer than the frame */
	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, 0, 100);
	extension(&p, IPPROTO_UDP, 255, 64);
	expect_ip(&p, ETH_P_IPV6, NO, 0, NO, 0);
	/* longer than the payload, with bytes behind it in the frame */
	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, 0, 8);
	extension(&p, IPPROTO_UDP, 1, 16);
	udp(&p, 8);
	expect_ip(&p, ETH_P_IPV6, NO, 0, NO, 0);
	/* payload length 0: more than the field can say */
	put16(p.data + 14 + 4, 0);
	expect_ip(&p, ETH_P_IPV6, IPPROTO_UDP, 70, 0, 78);
}

static void test_ipv6_fragments(void **state)
{
	static const struct {
		unsigned int frag_off;
		int later;
	} cases[] = {
		{ 0x0000, 0 } /* atomic */,
		{ 0x0001, 0 } /* the first */,
		{ 0x0009, 1 },
		{ 0x0008, 1 } /* the last */,
		{ 0xfff8, 1 },
		{ 0x0006, 0 } /* reserved */,
		{ 0x8000, 1 },
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ethernet(&p, ETH_P_IPV6);
		ipv6(&p, 60, 24);
		extension(&p, 44, 0, 8);
		put16(extension(&p, IPPROTO_UDP, 0, 8) + 2, cases[i].frag_off);
		udp(&p, 8);
		if (cases[i].later)
			expect_ip(&p, ETH_P_IPV6, PARSE_FRAGMENT, 70, NO, 0);
		else
			expect_ip(&p, ETH_P_IPV6, IPPROTO_UDP, 70, 0, 78);
	}
}

/* The field has the same place in other headers, where it means something else. */
static void test_only_fragments_are_fragments(void **state)
{
	struct packet p;

	(void)state;
	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, 43, 16);
	put16(extension(&p, IPPROTO_UDP, 0, 8) + 2, 0x1234);
	udp(&p, 8);
	expect_ip(&p, ETH_P_IPV6, IPPROTO_UDP, 62, 0, 70);
}

static void test_icmp(void **state)
{
	struct packet p;

	(void)state;
	ethernet(&p, ETH_P_IP);
	ipv4(&p, 0, IPPROTO_ICMP, 8);
	put(&p, 8)[0] = 8;
	expect_ip(&p, ETH_P_IP, IPPROTO_ICMP, 34, 8, 42);

	ethernet(&p, ETH_P_IPV6);
	ipv6(&p, IPPROTO_ICMPV6, 8);
	put(&p, 8)[0] = 128;
	expect_ip(&p, ETH_P_IPV6, IPPROTO_ICMPV6, 54, 128, 62);
}

static void test_tcp(void **state)
{
	struct packet p;

	(void)state;
	for (int options = 0; options <= 40; options += 4) {
		ethernet(&p, ETH_P_IP);
		ipv4(&p, 0, IPPROTO_TCP, 20 + options);
		tcp(&p, options);
		expect_ip(&p, ETH_P_IP, IPPROTO_TCP, 34, 20 + options, 54 + options);
	}
	/* data offsets below 20, and those for which the frame is too short */
	for (int doff = 0; doff < 16; doff++) {
		ethernet(&p, ETH_P_IP);
		ipv4(&p, 0, IPPROTO_TCP, 20);
		tcp(&p, 0);
		p.data[34 + 12] = doff << 4;
		expect_ip(&p, ETH_P_IP, IPPROTO_TCP, 34, doff == 5 ? 20 : NO, doff == 5 ? 54 : 0);
	}
}

static void test_udp_length(void **state)
{
	struct packet p;

	(void)state;
	for (int len = 0; len < 12; len++) {
		ethernet(&p, ETH_P_IP);
		ipv4(&p, 0, IPPROTO_UDP, 8);
		udp(&p, len);
		expect_ip(&p, ETH_P_IP, IPPROTO_UDP, 34, len < 8 ? NO : len - 8, len < 8 ? 0 : 42);
	}
	ethernet(&p, ETH_P_IP);
	ipv4(&p, 0, IPPROTO_UDP, 8);
	udp(&p, 0xffff);
	expect_ip(&p, ETH_P_IP, IPPROTO_UDP, 34, 0xffff - 8, 42);
}

/* Any bytes at all: nothing is read that is not there. */
static void test_random_bytes(void **state)
{
	static const unsigned int types[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_ARP };
	struct packet p;

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		ethernet(&p, types[round % 4]);
		for (int i = rand() % 120; i > 0; i--)
			*put(&p, 1) = rand() % 3 ? rand() : 0;
		if (p.len > 20) {
			p.data[14] = types[round % 4] == ETH_P_IP ? 0x45 + rand() % 3 : 0x60;
			p.data[20] = (unsigned char[]){ 0, 43, 44, 51, 60, 17, 6, 58 }[rand() % 8];
		}
		parse_prefix(&p, p.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ethernet),
		cmocka_unit_test(test_vlan_tags),
		cmocka_unit_test(test_too_many_tags),
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_arp_fields),
		cmocka_unit_test(test_ipv4_options),
		cmocka_unit_test(test_ipv4_hostile_header),
		cmocka_unit_test(test_ipv4_total_length),
		cmocka_unit_test(test_ipv4_fragments),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_ipv6_extensions),
		cmocka_unit_test(test_ipv6_chain),
		cmocka_unit_test(test_ipv6_chain_bound),
		cmocka_unit_test(test_ipv6_hostile_lengths),
		cmocka_unit_test(test_ipv6_fragments),
		cmocka_unit_test(test_only_fragments_are_fragments),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_udp_length),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
