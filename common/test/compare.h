/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Two packets next to each other. */
#ifndef LAB_TEST_COMPARE_H
#define LAB_TEST_COMPARE_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *data;
	size_t len;
};

/*
 * Prints the fields of both in two columns, then the bytes around the first
 * difference. What differs is marked. Lines have at most 112 characters.
 */
void compare_print(const struct bytes *expected, const struct bytes *seen);

/* How much two packets differ: bytes that are not the same, and those that only one has. */
size_t compare_distance(const struct bytes *a, const struct bytes *b);

#endif
