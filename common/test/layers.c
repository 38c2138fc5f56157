// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The headers that the packet builder knows: their sizes, fields, and the
 * values that fields have when a test does not give them. A new protocol is a
 * table here, and a case in packet.c if it has lengths or checksums.
 *
 * The addresses are fixed (RFC 5737, RFC 3849), from node b to node a, so that
 * a packet and everything shown of it is the same in every environment. A test
 * that needs the true ones says src=b, dst=a.
 */
#include "common/test/packet.h"

#include <string.h>

#define MAC_A "02:00:00:00:00:0a"
#define MAC_B "02:00:00:00:00:0b"
#define IP4_A "192.0.2.1"
#define IP4_B "192.0.2.2"
#define IP6_A "2001:db8::a"
#define IP6_B "2001:db8::b"

#define UINT(n, a, b, i)                                    \
	{                                                   \
		.name = n, .at = a, .bits = b, .initial = i \
	}
#define TYPE(n, a, b)                                             \
	{                                                         \
		.name = n, .at = a, .bits = b, .kind = FIELD_TYPE \
	}
#define ADDRESS(n, a, b, k, d)                                         \
	{                                                              \
		.name = n, .at = a, .bits = b, .kind = k, .address = d \
	}

static const struct field eth_fields[] = {
	ADDRESS("dst", 0, 48, FIELD_MAC, MAC_A),
	ADDRESS("src", 48, 48, FIELD_MAC, MAC_B),
	TYPE("type", 96, 16),
	{},
};

static const struct field vlan_fields[] = {
	UINT("pcp", 0, 3, 0), UINT("dei", 3, 1, 0), UINT("id", 4, 12, 1), TYPE("type", 16, 16), {},
};

static const struct field arp_fields[] = {
	UINT("hw", 0, 16, 1),
	UINT("proto", 16, 16, 0x0800),
	UINT("hlen", 32, 8, 6),
	UINT("plen", 40, 8, 4),
	UINT("op", 48, 16, 1),
	ADDRESS("sha", 64, 48, FIELD_MAC, MAC_B),
	ADDRESS("spa", 112, 32, FIELD_IP4, IP4_B),
	ADDRESS("tha", 144, 48, FIELD_MAC, "00:00:00:00:00:00"),
	ADDRESS("tpa", 192, 32, FIELD_IP4, IP4_A),
	{},
};

static const struct field ipv4_fields[] = {
	UINT("version", 0, 4, 4),
	UINT("ihl", 4, 4, 0),
	UINT("tos", 8, 8, 0),
	UINT("dscp", 8, 6, 0),
	UINT("ecn", 14, 2, 0),
	UINT("len", 16, 16, 0),
	UINT("id", 32, 16, 1),
	UINT("rf", 48, 1, 0),
	UINT("df", 49, 1, 0),
	UINT("mf", 50, 1, 0),
	UINT("frag", 51, 13, 0),
	UINT("ttl", 64, 8, 64),
	TYPE("proto", 72, 8),
	UINT("check", 80, 16, 0),
	ADDRESS("src", 96, 32, FIELD_IP4, IP4_B),
	ADDRESS("dst", 128, 32, FIELD_IP4, IP4_A),
	{},
};

static const struct field ipv6_fields[] = {
	UINT("version", 0, 4, 6),
	UINT("tclass", 4, 8, 0),
	UINT("flow", 12, 20, 0),
	UINT("len", 32, 16, 0),
	TYPE("next", 48, 8),
	UINT("hop", 56, 8, 64),
	ADDRESS("src", 64, 128, FIELD_IP6, IP6_B),
	ADDRESS("dst", 192, 128, FIELD_IP6, IP6_A),
	{},
};

static const struct field options_fields[] = {
	TYPE("next", 0, 8),
	UINT("len", 8, 8, 0),
	{},
};

static const struct field routing_fields[] = {
	TYPE("next", 0, 8),
	UINT("len", 8, 8, 0),
	UINT("type", 16, 8, 0),
	UINT("segs", 24, 8, 0),
	{},
};

static const struct field fragment_fields[] = {
	TYPE("next", 0, 8),   UINT("reserved", 8, 8, 0), UINT("frag", 16, 13, 0),
	UINT("mf", 31, 1, 0), UINT("id", 32, 32, 1),	 {},
};

static const struct field ah_fields[] = {
	TYPE("next", 0, 8),	UINT("len", 8, 8, 0),	UINT("reserved", 16, 16, 0),
	UINT("spi", 32, 32, 1), UINT("seq", 64, 32, 1), {},
};

static const struct field icmp_fields[] = {
	UINT("type", 0, 8, 8), UINT("code", 8, 8, 0),  UINT("check", 16, 16, 0),
	UINT("id", 32, 16, 1), UINT("seq", 48, 16, 1), {},
};

static const struct field icmpv6_fields[] = {
	UINT("type", 0, 8, 128), UINT("code", 8, 8, 0),	 UINT("check", 16, 16, 0),
	UINT("id", 32, 16, 1),	 UINT("seq", 48, 16, 1), {},
};

static const struct field tcp_fields[] = {
	UINT("sport", 0, 16, 40000),
	UINT("dport", 16, 16, 7),
	UINT("seq", 32, 32, 1),
	UINT("ack", 64, 32, 0),
	UINT("doff", 96, 4, 0),
	UINT("reserved", 100, 4, 0),
	{ .name = "flags", .at = 104, .bits = 8, .kind = FIELD_FLAGS, .initial = 0x02 },
	UINT("win", 112, 16, 65535),
	UINT("check", 128, 16, 0),
	UINT("urg", 144, 16, 0),
	{},
};

static const struct field udp_fields[] = {
	UINT("sport", 0, 16, 40000),
	UINT("dport", 16, 16, 7),
	UINT("len", 32, 16, 0),
	UINT("check", 48, 16, 0),
	{},
};

static const struct field no_fields[] = { {} };

const struct layer_type layer_types[LAYER_COUNT] = {
	[LAYER_ETH] = { "eth", 14, -1, -1, "type", NULL, 0, 0, 0, eth_fields },
	[LAYER_VLAN] = { "vlan", 4, 0x8100, -1, "type", NULL, 0, 0, 0, vlan_fields },
	[LAYER_ARP] = { "arp", 28, 0x0806, -1, NULL, NULL, 0, 0, 0, arp_fields },
	[LAYER_IPV4] = { "ipv4", 20, 0x0800, 4, "proto", "options", 0, 4, 60, ipv4_fields },
	[LAYER_IPV6] = { "ipv6", 40, 0x86dd, 41, "next", NULL, 0, 0, 0, ipv6_fields },
	[LAYER_HOPOPTS] = { "hopopts", 8, -1, 0, "next", "options", 0, 8, 2048, options_fields },
	[LAYER_DSTOPTS] = { "dstopts", 8, -1, 60, "next", "options", 0, 8, 2048, options_fields },
	[LAYER_ROUTING] = { "routing", 8, -1, 43, "next", "options", 0, 8, 2048, routing_fields },
	[LAYER_FRAGMENT] = { "fragment", 8, -1, 44, "next", NULL, 0, 0, 0, fragment_fields },
	[LAYER_AH] = { "ah", 12, -1, 51, "next", "icv", 12, 4, 1028, ah_fields },
	[LAYER_ICMP] = { "icmp", 8, -1, 1, NULL, NULL, 0, 0, 0, icmp_fields },
	[LAYER_ICMPV6] = { "icmpv6", 8, -1, 58, NULL, NULL, 0, 0, 0, icmpv6_fields },
	[LAYER_TCP] = { "tcp", 20, -1, 6, NULL, "options", 0, 4, 60, tcp_fields },
	[LAYER_UDP] = { "udp", 8, -1, 17, NULL, NULL, 0, 0, 0, udp_fields },
	[LAYER_PAYLOAD] = { "payload", 0, -1, -1, NULL, NULL, 0, 1, PACKET_MAX, no_fields },
};

const struct layer_type *layer_type_by_name(const char *name)
{
	for (int i = 0; i < LAYER_PAYLOAD; i++)
		if (!strcmp(layer_types[i].name, name))
			return &layer_types[i];
	return NULL;
}

const struct field *layer_field(const struct layer_type *type, const char *name)
{
	for (const struct field *field = type->fields; field->name; field++)
		if (!strcmp(field->name, name))
			return field;
	return NULL;
}
