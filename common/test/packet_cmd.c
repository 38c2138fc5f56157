// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* labctl packet: builds packets, and writes them as capture files. show is in show.c. */
#include "common/test/labctl.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/hex.h"
#include "common/test/packet.h"
#include "common/test/pcap.h"
#include "common/test/show.h"

static int build(int count, char **words)
{
	static struct packet packet;
	struct packet_error error;

	if (packet_build(count, words, &packet, &error))
		return fail("%s", error.text);
	hex_write(stdout, packet.data, packet.len);
	putchar('\n');
	return EXIT_OK;
}

static int write_pcap(int count, char **hexes)
{
	static struct packet packet;

	if (isatty(STDOUT_FILENO))
		return fail("a capture file is not for a terminal: redirect it");
	pcap_header(stdout);
	for (int i = 0; i < count; i++) {
		long len = hex_read(hexes[i], packet.data, sizeof(packet.data));

		if (len < 0)
			return fail("not a packet in hex: %.40s", hexes[i]);
		pcap_packet(stdout, packet.data, len);
	}
	return EXIT_OK;
}

int cmd_packet(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "build"))
		return build(argc - 2, argv + 2);
	if (argc >= 3 && !strcmp(argv[1], "pcap"))
		return write_pcap(argc - 2, argv + 2);
	if ((argc == 3 || argc == 4) && !strcmp(argv[1], "show"))
		return show(argv[2], argc == 4 ? argv[3] : NULL);
	if (argc == 3 && !strcmp(argv[1], "nearest"))
		return show_nearest(argv[2]);
	return usage();
}
