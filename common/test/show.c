// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl packet show: a packet for people: tcpdump's reading of it, and its
 * bytes. Beside the packet that was expected: compare.c.
 */
#include "common/test/show.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/compare.h"
#include "common/test/hex.h"
#include "common/test/labctl.h"
#include "common/test/packet.h"
#include "common/test/pcap.h"

/* Rows of bytes shown. */
#define ROWS_MAX 6

static void exec_tcpdump(int in)
{
	dup2(in, STDIN_FILENO);
	/* It announces the file's type on stderr. */
	if (!freopen("/dev/null", "w", stderr))
		_exit(126);
	execlp("tcpdump", "tcpdump", "-r", "-", "-t", "-n", "-e", "-vv", (char *)NULL);
	_exit(127);
}

/* tcpdump reads the capture from a pipe; a frame always fits into it. */
static void decode(const struct bytes *packet)
{
	int ends[2];
	FILE *in;
	pid_t pid;

	if (pipe(ends))
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		exec_tcpdump(ends[0]);
	}
	close(ends[0]);
	in = fdopen(ends[1], "w");
	pcap_header(in);
	pcap_packet(in, packet->data, packet->len);
	fclose(in);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void print_row(const struct bytes *packet, size_t row, size_t width)
{
	for (size_t i = row; i < row + width && i < packet->len; i++)
		printf(" %02x", packet->data[i]);
}

static void dump(const struct bytes *packet)
{
	for (size_t row = 0; row < packet->len; row += 16) {
		if (row == ROWS_MAX * 16) {
			printf("  ... %zu more bytes\n", packet->len - row);
			return;
		}
		printf("  %4zu ", row);
		print_row(packet, row, 16);
		putchar('\n');
	}
}

static int read_packet(const char *hex, uint8_t data[PACKET_MAX], struct bytes *packet)
{
	long len = hex_read(hex, data, PACKET_MAX);

	if (len < 0)
		return fail("not a packet in hex: %.40s", hex);
	*packet = (struct bytes){ data, len };
	return 0;
}

int show(const char *hex, const char *expected)
{
	static uint8_t seen_data[PACKET_MAX], expected_data[PACKET_MAX];
	struct bytes seen, wanted;

	if (read_packet(hex, seen_data, &seen) ||
	    (expected && read_packet(expected, expected_data, &wanted)))
		return EXIT_FAILED;
	if (expected) {
		compare_print(&wanted, &seen);
		return EXIT_OK;
	}
	decode(&seen);
	dump(&seen);
	return EXIT_OK;
}

int show_nearest(const char *expected)
{
	static uint8_t wanted_data[PACKET_MAX], data[PACKET_MAX];
	static char line[2 * PACKET_MAX + 2], best[sizeof(line)];
	struct bytes wanted, packet;
	size_t least, distance;

	if (read_packet(expected, wanted_data, &wanted))
		return EXIT_FAILED;
	/* Something that has less than half in common is another packet. */
	least = wanted.len / 2;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (read_packet(line, data, &packet))
			return EXIT_FAILED;
		distance = compare_distance(&wanted, &packet);
		if (distance >= least)
			continue;
		least = distance;
		strcpy(best, line);
	}
	if (*best)
		puts(best);
	return EXIT_OK;
}
