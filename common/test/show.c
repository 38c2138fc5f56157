// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl packet show: a packet for people: tcpdump's reading of it, and its
 * bytes. With what was expected, both stand side by side, and the first byte
 * that differs is named.
 */
#include "common/test/show.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/test/hex.h"
#include "common/test/labctl.h"
#include "common/test/packet.h"
#include "common/test/pcap.h"

/* Rows of bytes shown after the first difference, and of a packet shown alone. */
#define ROWS_AFTER 2
#define ROWS_MAX   6

struct bytes {
	uint8_t data[PACKET_MAX];
	size_t len;
};

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

static void print_blanks(const struct bytes *packet, size_t row, size_t width)
{
	size_t end = packet->len > row ? packet->len : row;

	for (size_t i = end; i < row + width; i++)
		fputs("   ", stdout);
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

static size_t first_difference(const struct bytes *a, const struct bytes *b)
{
	size_t at = 0;

	while (at < a->len && at < b->len && a->data[at] == b->data[at])
		at++;
	return at;
}

static void compare(const struct bytes *expected, const struct bytes *seen)
{
	size_t at = first_difference(expected, seen);
	size_t longest = expected->len > seen->len ? expected->len : seen->len;
	bool skipped = false;

	printf("  byte  %-25s seen\n", "expected");
	for (size_t row = 0; row < longest; row += 8) {
		bool near =
			row + 8 * ROWS_AFTER >= at / 8 * 8 && row <= at / 8 * 8 + 8 * ROWS_AFTER;

		if (!near && row) {
			if (!skipped)
				puts("   ...");
			skipped = true;
			continue;
		}
		skipped = false;
		printf("  %4zu ", row);
		print_row(expected, row, 8);
		print_blanks(expected, row, 8);
		fputs("  ", stdout);
		print_row(seen, row, 8);
		if (at >= row && at < row + 8) {
			print_blanks(seen, row, 8);
			fputs("   <--", stdout);
		}
		putchar('\n');
	}
	if (at == longest)
		puts("  no byte differs");
	else if (at == expected->len || at == seen->len)
		printf("  expected %zu bytes, seen %zu; the first %zu are the same\n",
		       expected->len, seen->len, at);
	else
		printf("  the first byte that differs is byte %zu (counted from 0)\n", at);
}

static int read_packet(const char *hex, struct bytes *packet)
{
	long len = hex_read(hex, packet->data, sizeof(packet->data));

	if (len < 0)
		return fail("not a packet in hex: %.40s", hex);
	packet->len = len;
	return 0;
}

int show(const char *hex, const char *expected)
{
	static struct bytes seen, wanted;

	if (read_packet(hex, &seen) || (expected && read_packet(expected, &wanted)))
		return EXIT_FAILED;
	if (expected) {
		fputs("expected: ", stdout);
		decode(&wanted);
		fputs("seen:     ", stdout);
	}
	decode(&seen);
	if (expected)
		compare(&wanted, &seen);
	else
		dump(&seen);
	return EXIT_OK;
}
