// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Values of header fields: reading them as a test writes them (numbers,
 * addresses, names of nodes, protocols, TCP flags) and placing their bits.
 * Knows nothing of layers or of which field is where.
 */
#include "common/test/packet.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int packet_fail(struct packet_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -EINVAL;
}

void put_bits(uint8_t *header, unsigned int at, unsigned int bits, uint64_t value)
{
	for (unsigned int i = 0; i < bits; i++) {
		unsigned int bit = at + i;
		uint8_t mask = 0x80 >> (bit % 8);

		if (value >> (bits - 1 - i) & 1)
			header[bit / 8] |= mask;
		else
			header[bit / 8] &= ~mask;
	}
}

uint64_t get_bits(const uint8_t *header, unsigned int at, unsigned int bits)
{
	uint64_t value = 0;

	for (unsigned int bit = at; bit < at + bits; bit++)
		value = value << 1 | (header[bit / 8] >> (7 - bit % 8) & 1);
	return value;
}

static int parse_number(const struct field *field, const char *text, uint64_t *value,
			struct packet_error *error)
{
	uint64_t max = field->bits == 64 ? UINT64_MAX : (1ULL << field->bits) - 1;
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || !isdigit((unsigned char)*text))
		return packet_fail(error, "%s=%s: not a number", field->name, text);
	if (*value > max)
		return packet_fail(error, "%s=%s: more than the field holds (%llu)", field->name,
				   text, (unsigned long long)max);
	return 0;
}

/* type=, proto= and next= also take the name of a layer. */
static int parse_type(const struct field *field, const char *text, uint64_t *value,
		      struct packet_error *error)
{
	const struct layer_type *type = layer_type_by_name(text);
	int number;

	if (!type)
		return parse_number(field, text, value, error);
	number = field->bits == 16 ? type->ethertype : type->protocol;
	if (number < 0)
		return packet_fail(error, "%s=%s: %s has no number there", field->name, text, text);
	*value = number;
	return 0;
}

/* TCP flags as letters, FIN first: flags=SA, or as a number. */
static int parse_flags(const struct field *field, const char *text, uint64_t *value,
		       struct packet_error *error)
{
	static const char letters[] = "FSRPAUEC";

	if (isdigit((unsigned char)*text))
		return parse_number(field, text, value, error);
	*value = 0;
	for (const char *c = text; *c; c++) {
		const char *letter = strchr(letters, *c);

		if (!letter)
			return packet_fail(error, "%s=%s: flags are letters out of %s", field->name,
					   text, letters);
		*value |= 1U << (letter - letters);
	}
	return 0;
}

/* "a" stands for node a's address, which the environment holds in A_MAC, A_IP4, A_IP6. */
static const char *node_address(const struct field *field, const char *text)
{
	const char *what = field->kind == FIELD_MAC   ? "MAC"
			   : field->kind == FIELD_IP4 ? "IP4"
						      : "IP6";
	char name[32];
	int len;

	len = snprintf(name, sizeof(name), "%s_%s", text, what);
	if (len < 0 || (size_t)len >= sizeof(name))
		return text;
	for (char *c = name; *c; c++)
		*c = toupper((unsigned char)*c);
	return getenv(name) ?: text;
}

static int parse_mac(const char *text, uint8_t mac[6])
{
	unsigned int part[6];
	int used = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &part[0], &part[1], &part[2], &part[3],
		   &part[4], &part[5], &used) != 6 ||
	    text[used])
		return -EINVAL;
	for (int i = 0; i < 6; i++)
		mac[i] = part[i];
	return 0;
}

static int set_address(uint8_t *header, const struct field *field, const char *text,
		       struct packet_error *error)
{
	char plain[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	bool good;

	/* The environment may hold an address with its prefix length. */
	snprintf(plain, sizeof(plain), "%s", node_address(field, text));
	plain[strcspn(plain, "/")] = 0;
	if (field->kind == FIELD_MAC)
		good = parse_mac(plain, bytes) == 0;
	else
		good = inet_pton(field->kind == FIELD_IP4 ? AF_INET : AF_INET6, plain, bytes) == 1;
	if (!good)
		return packet_fail(error, "%s=%s: neither an address of this kind nor a node",
				   field->name, text);
	memcpy(header + field->at / 8, bytes, field->bits / 8);
	return 0;
}

int field_set(uint8_t *header, const struct field *field, const char *text,
	      struct packet_error *error)
{
	uint64_t value;
	int err;

	switch (field->kind) {
	case FIELD_UINT:
		err = parse_number(field, text, &value, error);
		break;
	case FIELD_TYPE:
		err = parse_type(field, text, &value, error);
		break;
	case FIELD_FLAGS:
		err = parse_flags(field, text, &value, error);
		break;
	default:
		return set_address(header, field, text, error);
	}
	if (!err)
		put_bits(header, field->at, field->bits, value);
	return err;
}
