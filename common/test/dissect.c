// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads packets for comparing them field by field. It believes what a header
 * says of its length and of what comes next, and stops at the first thing it
 * does not know. What tcpdump says of one packet is show.c's.
 */
#include "common/test/dissect.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define ETHERTYPE_8021AD 0x88a8

static uint64_t value_of(const struct part *part, const char *name)
{
	const struct field *field = layer_field(part->type, name);

	return field && part_has(part, field) ? get_bits(part->data, field->at, field->bits) : 0;
}

static size_t size_of(const struct part *part)
{
	size_t size = part->type->size;

	switch (part->type - layer_types) {
	case LAYER_IPV4:
		size = 4 * value_of(part, "ihl");
		break;
	case LAYER_TCP:
		size = 4 * value_of(part, "doff");
		break;
	case LAYER_HOPOPTS:
	case LAYER_DSTOPTS:
	case LAYER_ROUTING:
		size = 8 * (value_of(part, "len") + 1);
		break;
	case LAYER_AH:
		size = 4 * (value_of(part, "len") + 2);
		break;
	}
	return size < part->type->size ? part->type->size : size;
}

/* What a later fragment holds begins in the middle of something. */
static bool is_later_fragment(const struct part *part)
{
	return value_of(part, "frag") != 0;
}

static const struct layer_type *type_named(bool by_ethertype, int number)
{
	if (by_ethertype && number == ETHERTYPE_8021AD)
		return &layer_types[LAYER_VLAN];
	for (int i = 0; i < LAYER_PAYLOAD; i++)
		if (number == (by_ethertype ? layer_types[i].ethertype : layer_types[i].protocol))
			return &layer_types[i];
	return &layer_types[LAYER_PAYLOAD];
}

static const struct layer_type *type_after(const struct part *part)
{
	const struct field *next =
		part->type->next ? layer_field(part->type, part->type->next) : NULL;

	if (!next || !part_has(part, next) || is_later_fragment(part))
		return &layer_types[LAYER_PAYLOAD];
	return type_named(next->bits == 16, get_bits(part->data, next->at, next->bits));
}

int dissect(const uint8_t *data, size_t len, struct part parts[PARTS_MAX])
{
	const struct layer_type *type = &layer_types[LAYER_ETH];
	int count = 0;

	while (len && count < PARTS_MAX) {
		struct part *part = &parts[count++];

		if (count == PARTS_MAX)
			type = &layer_types[LAYER_PAYLOAD];
		*part = (struct part){ .type = type, .data = data, .size = len, .there = len };
		if (type == &layer_types[LAYER_PAYLOAD])
			break;
		part->size = size_of(part);
		if (part->there > part->size)
			part->there = part->size;
		data += part->there;
		len -= part->there;
		type = type_after(part);
	}
	return count;
}

bool part_has(const struct part *part, const struct field *field)
{
	return field->at + field->bits <= 8 * part->there;
}

static void flags_text(uint64_t value, char *text, size_t size)
{
	static const char letters[] = "FSRPAUEC";
	size_t n = 0;

	for (int i = 0; letters[i]; i++)
		if (value >> i & 1 && n + 1 < size)
			text[n++] = letters[i];
	text[n] = '\0';
	if (!n)
		snprintf(text, size, "0");
}

void field_text(const struct part *part, const struct field *field, char *text, size_t size)
{
	const uint8_t *bytes = part->data + field->at / 8;
	uint64_t value = field->bits <= 64 ? get_bits(part->data, field->at, field->bits) : 0;
	const struct layer_type *type;

	switch (field->kind) {
	case FIELD_UINT:
		snprintf(text, size, strcmp(field->name, "check") ? "%llu" : "0x%04llx",
			 (unsigned long long)value);
		break;
	case FIELD_TYPE:
		type = type_named(field->bits == 16, value);
		if (type == &layer_types[LAYER_PAYLOAD] || value == ETHERTYPE_8021AD)
			snprintf(text, size, field->bits == 16 ? "0x%04llx" : "%llu",
				 (unsigned long long)value);
		else
			snprintf(text, size, "%s", type->name);
		break;
	case FIELD_FLAGS:
		flags_text(value, text, size);
		break;
	case FIELD_MAC:
		snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2],
			 bytes[3], bytes[4], bytes[5]);
		break;
	case FIELD_IP4:
		inet_ntop(AF_INET, bytes, text, size);
		break;
	case FIELD_IP6:
		inet_ntop(AF_INET6, bytes, text, size);
		break;
	}
}
