/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Takes a packet apart with the tables it is built from (packet.h). */
#ifndef LAB_TEST_DISSECT_H
#define LAB_TEST_DISSECT_H

#include "common/test/packet.h"

#define PARTS_MAX 32

/* One header, or the bytes behind the last one that is known (LAYER_PAYLOAD). */
struct part {
	const struct layer_type *type;
	const uint8_t *data;
	size_t size;  /* as its own length field says; options included */
	size_t there; /* how much of it the packet has */
};

/* Returns the number of parts. They point into data. */
int dissect(const uint8_t *data, size_t len, struct part parts[PARTS_MAX]);

/* Is the whole field in the packet? */
bool part_has(const struct part *part, const struct field *field);

/* The value as a test would write it: a number, an address, a layer's name, TCP flags. */
void field_text(const struct part *part, const struct field *field, char *text, size_t size);

#endif
