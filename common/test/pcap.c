// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Writing capture files (pcap.h), in the machine's byte order. */
#include "common/test/pcap.h"

#define PCAP_MAGIC    0xa1b2c3d4
#define PCAP_ETHERNET 1

void pcap_header(FILE *out)
{
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, longest, link;
	} header = { PCAP_MAGIC, 2, 4, 0, 0, 65535, PCAP_ETHERNET };

	fwrite(&header, sizeof(header), 1, out);
}

void pcap_packet(FILE *out, const uint8_t *bytes, size_t len)
{
	const struct {
		uint32_t seconds, microseconds, kept, length;
	} header = { 0, 0, len, len };

	fwrite(&header, sizeof(header), 1, out);
	fwrite(bytes, len, 1, out);
}
