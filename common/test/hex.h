/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Packets as hex digits, the form in which they pass between lab.bash and labctl. */
#ifndef LAB_TEST_HEX_H
#define LAB_TEST_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The number of bytes read, or -EINVAL (not pairs of digits, or more than max bytes). */
long hex_read(const char *text, uint8_t *bytes, size_t max);
void hex_write(FILE *out, const uint8_t *bytes, size_t len);

#endif
