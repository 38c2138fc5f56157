/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Builds packets from words such as
 *
 *	eth vlan id=5 ipv4 options=4 udp dport=53 payload=20
 *
 * Each layer word opens a header; NAME=VALUE words set fields of the layer
 * before them. What is not given is filled in: lengths, next protocols,
 * checksums. What is given is taken as it is, right or wrong.
 *
 * Reading packets with the same tables is dissect.c.
 */
#ifndef LAB_TEST_PACKET_H
#define LAB_TEST_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX 65535

struct packet {
	uint8_t data[PACKET_MAX];
	size_t len;
};

/* One line that says what is wrong with the words. */
struct packet_error {
	char text[256];
};

/* 0, or -EINVAL with *error filled in. */
int packet_build(int count, char *const words[], struct packet *packet, struct packet_error *error);

/* ---- for the parts of the builder, and their tests ---- */

enum field_kind {
	FIELD_UINT,
	FIELD_TYPE,
	FIELD_FLAGS,
	FIELD_MAC,
	FIELD_IP4,
	FIELD_IP6
};

/* A field of a header, in network bit order: bit 0 is the first on the wire. */
struct field {
	const char *name;
	unsigned int at, bits;
	enum field_kind kind;
	uint64_t initial;    /* value of numbers when not given */
	const char *address; /* value of addresses when not given */
};

enum layer_id {
	LAYER_ETH,
	LAYER_VLAN,
	LAYER_ARP,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_HOPOPTS,
	LAYER_DSTOPTS,
	LAYER_ROUTING,
	LAYER_FRAGMENT,
	LAYER_AH,
	LAYER_ICMP,
	LAYER_ICMPV6,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_PAYLOAD,
	LAYER_COUNT,
};

struct layer_type {
	const char *name;
	unsigned int size;	   /* bytes, without options */
	int ethertype;		   /* what names it after Ethernet; -1: nothing does */
	int protocol;		   /* what names it after IP; -1: nothing does */
	const char *next;	   /* its own field that names what follows */
	const char *more;	   /* word that says how many bytes follow the fixed ones */
	unsigned int more_initial; /* how many when it does not */
	unsigned int unit;	   /* the whole size is a multiple of this ... */
	unsigned int max;	   /* ... and at most this */
	const struct field *fields;
};

extern const struct layer_type layer_types[LAYER_COUNT];

const struct layer_type *layer_type_by_name(const char *name);
const struct field *layer_field(const struct layer_type *type, const char *name);

void put_bits(uint8_t *header, unsigned int at, unsigned int bits, uint64_t value);
uint64_t get_bits(const uint8_t *header, unsigned int at, unsigned int bits);

/* Writes the value that TEXT describes to the field. 0 or -EINVAL. */
int field_set(uint8_t *header, const struct field *field, const char *text,
	      struct packet_error *error);

/* Sums 16-bit words in network byte order; an odd last byte counts as the high one. */
uint32_t checksum_add(uint32_t sum, const void *bytes, size_t len);
uint16_t checksum_fold(uint32_t sum);

int packet_fail(struct packet_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
