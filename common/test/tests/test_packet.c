// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The packet builder: bytes against headers written out by hand, what is filled
 * in, what is not when it is given, and what it refuses. Whether others read
 * the packets as we mean them is tested with tcpdump (topics/packets.bats).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/test/hex.h"
#include "common/test/packet.h"

static struct packet packet;
static struct packet_error problem;

static int build(const char *words)
{
	static char copy[4096];
	char *list[64];
	int count = 0;

	memset(&packet, 0xee, sizeof(packet));
	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		list[count++] = word;
	return packet_build(count, list, &packet, &problem);
}

static void expect(const char *words, const char *hex)
{
	static uint8_t bytes[4096];
	long len = hex_read(hex, bytes, sizeof(bytes));

	if (build(words))
		fail_msg("%s: %s", words, problem.text);
	assert_int_equal(packet.len, len);
	assert_memory_equal(packet.data, bytes, len);
}

static void expect_refused(const char *words, const char *message)
{
	assert_int_equal(build(words), -22);
	assert_non_null(strstr(problem.text, message));
}

#define ETH(type) "02000000000a02000000000b" type

static void test_layers(void **state)
{
	(void)state;
	expect("eth type=0x1234", ETH("1234"));
	expect("eth vlan id=5 pcp=7 dei=1 vlan id=4095 type=0x800", ETH("8100") "f0058100"
										"0fff0800");
	expect("eth vlan tpid=0x88a8 id=1 vlan id=2 type=1", ETH("88a8") "00018100"
									 "00020001");
	expect("eth arp op=2", ETH("0806") "0001080006040002"
					   "02000000000bc0000202"
					   "000000000000c0000201");
	expect("eth ipv6 next=17 hop=1 flow=0xfffff tclass=1",
	       ETH("86dd") "601fffff00001101"
			   "20010db800000000000000000000000b"
			   "20010db800000000000000000000000a");
}

static void test_checksums(void **state)
{
	(void)state;
	/* The example of RFC 1071, section 3: the sum of these words is ddf2. */
	assert_int_equal(
		(uint16_t)~checksum_fold(checksum_add(0, "\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 8)),
		0xddf2);
	/* An odd last byte is the high one of its word. */
	assert_int_equal((uint16_t)~checksum_fold(checksum_add(0, "\x01\x02\x03", 3)), 0x0402);
	/* A well-known IPv4 header: check is b861. */
	expect("ipv4 len=115 id=0 df=1 proto=17 src=192.168.0.1 dst=192.168.0.199",
	       "45000073000040004011b861c0a80001c0a800c7");
	/* 1st word of UDP data chosen so that the sum is ffff: sent as ffff, never 0. */
	expect("ipv4 id=0 udp sport=0 dport=0 hex=7bd6", "4500001e000000004011f6cbc0000202c0000201"
							 "00000000000affff7bd6");
}

static void test_lengths(void **state)
{
	(void)state;
	assert_int_equal(build("eth ipv4 options=8 tcp options=12 payload=5"), 0);
	assert_int_equal(packet.len, 14 + 28 + 32 + 5);
	assert_int_equal(packet.data[14], 0x47);
	assert_int_equal(get_bits(packet.data + 14, 16, 16), 28 + 32 + 5);
	assert_int_equal(get_bits(packet.data + 42, 96, 4), 8);
	assert_int_equal(build("ipv6 hopopts options=16 ah icv=4 dstopts udp"), 0);
	assert_int_equal(get_bits(packet.data, 32, 16), 24 + 16 + 8 + 8);
	assert_int_equal(packet.data[41], 2);			/* hopopts: 24 bytes */
	assert_int_equal(packet.data[40 + 24 + 1], 2);		/* ah: 16 bytes */
	assert_int_equal(packet.data[40 + 24], 60);		/* ah, then dstopts */
	assert_int_equal(packet.data[40 + 24 + 16], 17);	/* dstopts, then udp */
	assert_int_equal(packet.data[40 + 24 + 16 + 8 + 5], 8); /* udp: only itself */
}

static void test_given_stays(void **state)
{
	(void)state;
	assert_int_equal(
		build("ipv4 version=5 ihl=3 len=9 check=0xbeef proto=99 udp len=1 check=0"), 0);
	assert_int_equal(packet.data[0], 0x53);
	assert_int_equal(get_bits(packet.data, 16, 16), 9);
	assert_int_equal(get_bits(packet.data, 80, 16), 0xbeef);
	assert_int_equal(packet.data[9], 99);
	assert_int_equal(get_bits(packet.data + 20, 32, 32), 0x00010000);
	/* A later word wins. */
	assert_int_equal(build("ipv4 ttl=1 ttl=2"), 0);
	assert_int_equal(packet.data[8], 2);
}

static void test_fragments(void **state)
{
	(void)state;
	assert_int_equal(build("ipv4 frag=185 mf=1 proto=udp payload=8"), 0);
	assert_int_equal(get_bits(packet.data, 48, 16), 0x2000 | 185);
	assert_int_equal(packet.data[9], 17);
	assert_int_equal(build("ipv6 fragment frag=1 mf=1 id=7 next=udp payload=8"), 0);
	assert_int_equal(get_bits(packet.data + 40, 0, 64), 0x1100000900000007ULL);
}

static void test_cut_and_pad(void **state)
{
	(void)state;
	assert_int_equal(build("eth ipv4 udp cut=20"), 0);
	assert_int_equal(packet.len, 20);
	assert_int_equal(get_bits(packet.data + 14, 16, 16), 28); /* as if it were whole */
	assert_int_equal(build("eth ipv4 udp pad=60"), 0);
	assert_int_equal(packet.len, 60);
	assert_int_equal(packet.data[59], 0);
	assert_int_equal(get_bits(packet.data + 14, 16, 16), 28);
	assert_int_equal(build("eth pad=10 cut=0"), 0);
	assert_int_equal(packet.len, 0);
	assert_int_equal(build("eth ipv4 udp payload=65493"), 0);
	assert_int_equal(packet.len, PACKET_MAX);
}

static void test_nodes(void **state)
{
	(void)state;
	setenv("C_MAC", "02:aa:bb:cc:dd:ee", 1);
	setenv("C_IP4", "10.1.2.3/24", 1);
	expect("eth dst=c type=0", "02aabbccddee02000000000b0000");
	assert_int_equal(build("ipv4 src=c"), 0);
	assert_int_equal(get_bits(packet.data, 96, 32), 0x0a010203);
	expect_refused("eth dst=nobody", "nor a node");
	expect_refused("ipv6 src=c", "nor a node");
}

static void test_refusals(void **state)
{
	(void)state;
	expect_refused("", "at least one layer");
	expect_refused("id=3", "before any layer");
	expect_refused("ethernet", "no layer is called ethernet");
	expect_refused("payload", "no layer is called payload");
	expect_refused("eth id=3", "eth has no field id");
	expect_refused("eth udp", "udp cannot follow eth unless type=");
	expect_refused("ipv4 arp", "arp cannot follow ipv4 unless proto=");
	expect_refused("eth vlan id=4096", "more than the field holds (4095)");
	expect_refused("eth vlan id=-1", "not a number");
	expect_refused("eth vlan id=", "not a number");
	expect_refused("eth vlan id=1x", "not a number");
	expect_refused("eth dst=02:00:00:00:00", "neither an address");
	expect_refused("ipv4 options=3", "in steps of 4 bytes");
	expect_refused("ipv4 options=44", "at most 40");
	expect_refused("ipv4 options=hex:010", "not pairs of hex digits");
	expect_refused("ipv4 proto=arp", "has no number there");
	expect_refused("tcp flags=SX", "letters out of");
	expect_refused("hex=0g", "not pairs of hex digits");
	expect_refused("payload=65536", "not a number of bytes");
	expect_refused("eth payload=65535", "longer than 65535");
	expect_refused("eth cut=15", "has only 14 bytes");
}

/* Whatever the words, no bytes are written or read outside the packet (ASan looks). */
static void test_any_words(void **state)
{
	static const char *const words[] = {
		"eth",	   "vlan",    "ipv4",	"ipv6",	     "options=8",   "tcp",
		"udp",	   "icmpv6",  "ah",	"fragment",  "payload=900", "hopopts",
		"type=1",  "proto=1", "next=2", "check=1",   "icv=8",	    "cut=10",
		"pad=99",  "len=1",   "hex=aa", "text=text", "options=12",  "dstopts",
		"routing", "arp",     "icmp",	"src=b",
	};
	char *list[12];

	(void)state;
	srandom(1);
	for (int round = 0; round < 20000; round++) {
		int count = random() % 12;

		for (int i = 0; i < count; i++)
			list[i] = (char *)words[random() % (sizeof(words) / sizeof(*words))];
		if (!packet_build(count, list, &packet, &problem))
			assert_true(packet.len <= PACKET_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers),	  cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_lengths),	  cmocka_unit_test(test_given_stays),
		cmocka_unit_test(test_fragments), cmocka_unit_test(test_cut_and_pad),
		cmocka_unit_test(test_nodes),	  cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_any_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
