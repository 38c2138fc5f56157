// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The packet builder: words in, bytes out. Four passes: read the words into
 * layers, lay the headers out with the fields as given, fill in what names the
 * next layer and how long things are, and last the checksums, innermost first.
 */
#include "common/test/packet.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYERS_MAX 32
#define WORDS_MAX  24

/* Local experimental EtherType and the first experimental IP protocol (RFC 3692): a payload. */
#define ETHERTYPE_PAYLOAD 0x88b5
#define PROTOCOL_PAYLOAD  253
#define PROTOCOL_NONE	  59

struct word {
	const struct field *field;
	const char *value;
};

struct layer {
	const struct layer_type *type;
	size_t at, size;
	int ethertype;	  /* of a tag: tpid=; else the type's */
	const char *text; /* contents of a payload or of options, or NULL for a pattern */
	bool hex;	  /* text is hex digits */
	struct word words[WORDS_MAX];
	int word_count;
};

struct build {
	struct layer layers[LAYERS_MAX];
	int count;
	size_t pad, cut;
	struct packet *packet;
	struct packet_error *error;
};

/* ---- words ---- */

static int add_layer(struct build *build, const struct layer_type *type)
{
	struct layer *layer = &build->layers[build->count];

	if (build->count == LAYERS_MAX)
		return packet_fail(build->error, "more than %d layers", LAYERS_MAX);
	build->count++;
	layer->type = type;
	layer->size = type->size + type->more_initial;
	layer->ethertype = type->ethertype;
	return 0;
}

static int parse_size(struct build *build, const char *name, const char *text, size_t *size)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end || !isdigit((unsigned char)*text) || value > PACKET_MAX)
		return packet_fail(build->error, "%s=%s: not a number of bytes", name, text);
	*size = value;
	return 0;
}

static int hex_length(struct build *build, const char *text, size_t *size)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	if (text[digits] || digits % 2)
		return packet_fail(build->error, "hex %s: not pairs of hex digits", text);
	*size = digits / 2;
	return 0;
}

/* options=N, options=hex:DIGITS: bytes after the fixed part of a header. */
static int set_more(struct build *build, struct layer *layer, const char *value)
{
	const struct layer_type *type = layer->type;
	size_t more;
	int err;

	layer->hex = !strncmp(value, "hex:", 4);
	layer->text = layer->hex ? value + 4 : NULL;
	if (layer->hex)
		err = hex_length(build, layer->text, &more);
	else
		err = parse_size(build, type->more, value, &more);
	if (err)
		return err;
	layer->size = type->size + more;
	if (layer->size % type->unit || layer->size > type->max)
		return packet_fail(build->error, "%s %s=%s: in steps of %u bytes, at most %u",
				   type->name, type->more, value, type->unit,
				   type->max - type->size);
	return 0;
}

/* payload=N, text=..., hex=...: a layer of bytes. */
static int add_payload(struct build *build, const char *name, const char *value)
{
	struct layer *layer;
	int err;

	err = add_layer(build, &layer_types[LAYER_PAYLOAD]);
	if (err)
		return err;
	layer = &build->layers[build->count - 1];
	if (!strcmp(name, "payload"))
		return parse_size(build, name, value, &layer->size);
	layer->text = value;
	layer->hex = !strcmp(name, "hex");
	if (layer->hex)
		return hex_length(build, value, &layer->size);
	layer->size = strlen(value);
	return 0;
}

static int set_tpid(struct build *build, struct layer *layer, const char *value)
{
	static const struct field tpid = { .name = "tpid", .bits = 16 };
	uint8_t bytes[2] = {};
	int err = field_set(bytes, &tpid, value, build->error);

	layer->ethertype = get_bits(bytes, 0, 16);
	return err;
}

static int set_word(struct build *build, const char *name, const char *value)
{
	struct layer *layer = build->count ? &build->layers[build->count - 1] : NULL;
	const struct field *field;

	if (!strcmp(name, "payload") || !strcmp(name, "hex") || !strcmp(name, "text"))
		return add_payload(build, name, value);
	if (!strcmp(name, "cut"))
		return parse_size(build, name, value, &build->cut);
	if (!strcmp(name, "pad"))
		return parse_size(build, name, value, &build->pad);
	if (!layer)
		return packet_fail(build->error, "%s=%s: stands before any layer", name, value);
	if (layer->type == &layer_types[LAYER_VLAN] && !strcmp(name, "tpid"))
		return set_tpid(build, layer, value);
	if (layer->type->more && !strcmp(name, layer->type->more))
		return set_more(build, layer, value);
	field = layer_field(layer->type, name);
	if (!field)
		return packet_fail(build->error, "%s has no field %s", layer->type->name, name);
	if (layer->word_count == WORDS_MAX)
		return packet_fail(build->error, "more than %d fields of %s given", WORDS_MAX,
				   layer->type->name);
	layer->words[layer->word_count++] = (struct word){ field, value };
	return 0;
}

static int read_words(struct build *build, int count, char *const words[])
{
	int err = 0;

	for (int i = 0; i < count && !err; i++) {
		const char *equals = strchr(words[i], '=');
		char name[32];

		if (!equals) {
			const struct layer_type *type = layer_type_by_name(words[i]);

			err = type ? add_layer(build, type)
				   : packet_fail(build->error, "no layer is called %s", words[i]);
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(equals - words[i]), words[i]);
		err = set_word(build, name, equals + 1);
	}
	return err;
}

/* ---- bytes ---- */

static void fill_hex(uint8_t *bytes, const char *hex)
{
	for (size_t i = 0; hex[2 * i]; i++)
		sscanf(hex + 2 * i, "%2hhx", &bytes[i]);
}

/* PadN options (RFC 8200): skipped by whoever reads them. */
static void fill_padding_options(uint8_t *bytes, size_t len)
{
	while (len >= 2) {
		size_t option = len > 257 ? 255 : len;

		bytes[0] = 1;
		bytes[1] = option - 2;
		bytes += option;
		len -= option;
	}
}

static void fill_more(const struct layer *layer, uint8_t *bytes)
{
	const struct layer_type *type = layer->type;
	uint8_t *more = bytes + type->size;
	size_t len = layer->size - type->size;

	if (layer->text && layer->hex) {
		fill_hex(more, layer->text);
	} else if (layer->text) {
		memcpy(more, layer->text, len);
	} else if (type == &layer_types[LAYER_IPV4] || type == &layer_types[LAYER_TCP]) {
		memset(more, 1, len); /* NOP */
	} else if (type == &layer_types[LAYER_PAYLOAD]) {
		for (size_t i = 0; i < len; i++)
			more[i] = i;
	} else if (type == &layer_types[LAYER_HOPOPTS] || type == &layer_types[LAYER_DSTOPTS]) {
		fill_padding_options(bytes + 2, layer->size - 2);
	}
}

static int fill_layer(struct build *build, const struct layer *layer)
{
	uint8_t *header = build->packet->data + layer->at;
	int err = 0;

	fill_more(layer, header);
	for (const struct field *field = layer->type->fields; field->name; field++) {
		if (field->address)
			err = field_set(header, field, field->address, build->error);
		else if (field->initial)
			put_bits(header, field->at, field->bits, field->initial);
		if (err)
			return err;
	}
	for (int i = 0; i < layer->word_count && !err; i++)
		err = field_set(header, layer->words[i].field, layer->words[i].value, build->error);
	return err;
}

static int lay_out(struct build *build)
{
	struct packet *packet = build->packet;
	int err = 0;

	packet->len = 0;
	for (int i = 0; i < build->count; i++) {
		build->layers[i].at = packet->len;
		packet->len += build->layers[i].size;
		if (packet->len > PACKET_MAX)
			return packet_fail(build->error, "longer than %d bytes", PACKET_MAX);
	}
	memset(packet->data, 0, packet->len);
	for (int i = 0; i < build->count && !err; i++)
		err = fill_layer(build, &build->layers[i]);
	return err;
}

/* ---- what is filled in ---- */

static bool given(const struct layer *layer, const struct field *field)
{
	for (int i = 0; i < layer->word_count; i++)
		if (layer->words[i].field == field)
			return true;
	return false;
}

static void fill_in(struct build *build, const struct layer *layer, const char *name,
		    uint64_t value)
{
	const struct field *field = layer_field(layer->type, name);

	if (!given(layer, field))
		put_bits(build->packet->data + layer->at, field->at, field->bits, value);
}

/* Names what follows the layer in its type=, proto= or next= field. */
static int fill_in_next(struct build *build, const struct layer *layer)
{
	bool last = layer == &build->layers[build->count - 1];
	const struct layer *next = last ? NULL : layer + 1;
	const struct field *field;
	int number;

	if (!layer->type->next)
		return 0;
	field = layer_field(layer->type, layer->type->next);
	if (given(layer, field))
		return 0;
	if (!next && layer->type != &layer_types[LAYER_IPV4] && field->bits == 8)
		number = PROTOCOL_NONE;
	else if (!next || next->type == &layer_types[LAYER_PAYLOAD])
		number = field->bits == 16 ? ETHERTYPE_PAYLOAD : PROTOCOL_PAYLOAD;
	else
		number = field->bits == 16 ? next->ethertype : next->type->protocol;
	if (number < 0)
		return packet_fail(build->error, "%s cannot follow %s unless %s= is given",
				   next->type->name, layer->type->name, field->name);
	put_bits(build->packet->data + layer->at, field->at, field->bits, number);
	return 0;
}

static void fill_in_lengths(struct build *build, const struct layer *layer)
{
	size_t rest = build->packet->len - layer->at; /* this header and all behind it */

	switch (layer->type - layer_types) {
	case LAYER_IPV4:
		fill_in(build, layer, "ihl", layer->size / 4);
		fill_in(build, layer, "len", rest);
		break;
	case LAYER_IPV6:
		fill_in(build, layer, "len", rest - layer->size);
		break;
	case LAYER_HOPOPTS:
	case LAYER_DSTOPTS:
	case LAYER_ROUTING:
		fill_in(build, layer, "len", layer->size / 8 - 1);
		break;
	case LAYER_AH:
		fill_in(build, layer, "len", layer->size / 4 - 2);
		break;
	case LAYER_TCP:
		fill_in(build, layer, "doff", layer->size / 4);
		break;
	case LAYER_UDP:
		fill_in(build, layer, "len", rest);
		break;
	}
}

/* The addresses, length and protocol that TCP, UDP and ICMPv6 checksums also cover. */
static uint32_t pseudo_header(const struct build *build, const struct layer *layer)
{
	size_t rest = build->packet->len - layer->at;
	const struct layer *ip = layer;
	uint32_t sum;

	while (ip-- > build->layers) {
		const uint8_t *header = build->packet->data + ip->at;

		if (ip->type == &layer_types[LAYER_IPV4])
			sum = checksum_add(0, header + 12, 8);
		else if (ip->type == &layer_types[LAYER_IPV6])
			sum = checksum_add(0, header + 8, 32);
		else
			continue;
		return sum + layer->type->protocol + (rest >> 16) + (rest & 0xffff);
	}
	return 0;
}

static void fill_in_checksum(struct build *build, const struct layer *layer)
{
	const uint8_t *header = build->packet->data + layer->at;
	size_t len = build->packet->len - layer->at;
	enum layer_id id = layer->type - layer_types;
	uint32_t sum = 0;
	uint16_t check;

	if (id == LAYER_IPV4)
		len = layer->size;
	else if (id == LAYER_TCP || id == LAYER_UDP || id == LAYER_ICMPV6)
		sum = pseudo_header(build, layer);
	else if (id != LAYER_ICMP)
		return;
	check = checksum_fold(checksum_add(sum, header, len));
	if (id == LAYER_UDP && !check)
		check = 0xffff; /* 0 would say: no checksum */
	fill_in(build, layer, "check", check);
}

static int resize(struct build *build)
{
	struct packet *packet = build->packet;

	if (build->pad > packet->len) {
		memset(packet->data + packet->len, 0, build->pad - packet->len);
		packet->len = build->pad;
	}
	if (build->cut == PACKET_MAX)
		return 0;
	if (build->cut > packet->len)
		return packet_fail(build->error, "cut=%zu: the packet has only %zu bytes",
				   build->cut, packet->len);
	packet->len = build->cut;
	return 0;
}

int packet_build(int count, char *const words[], struct packet *packet, struct packet_error *error)
{
	struct build build = { .packet = packet, .error = error, .cut = PACKET_MAX };
	int err;

	err = read_words(&build, count, words);
	if (!err && !build.count)
		err = packet_fail(error, "a packet needs at least one layer");
	if (!err)
		err = lay_out(&build);
	for (int i = 0; i < build.count && !err; i++) {
		fill_in_lengths(&build, &build.layers[i]);
		err = fill_in_next(&build, &build.layers[i]);
	}
	if (err)
		return err;
	for (int i = build.count; i-- > 0;)
		fill_in_checksum(&build, &build.layers[i]);
	return resize(&build);
}
