// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The Internet checksum (RFC 1071), for the packet builder. */
#include "common/test/packet.h"

uint32_t checksum_add(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? byte[i] : byte[i] << 8;
	return sum;
}

uint16_t checksum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}
