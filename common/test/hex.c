// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Hex digits to bytes and back (hex.h). */
#include "common/test/hex.h"

#include <errno.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long hex_read(const char *text, uint8_t *bytes, size_t max)
{
	size_t len = 0;

	for (; *text; text += 2) {
		if (digit(text[0]) < 0 || digit(text[1]) < 0 || len == max)
			return -EINVAL;
		bytes[len++] = digit(text[0]) << 4 | digit(text[1]);
	}
	return len;
}

void hex_write(FILE *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02x", bytes[i]);
}
