// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl send: frames as they are, out of a node's interface. All frames of
 * all calls leave from the same CPU, so that they arrive in order, unless
 * another one is asked for: on veth, the CPU that sends is the CPU that receives.
 */
#include "common/test/raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/test/cpu.h"
#include "common/test/hex.h"
#include "common/test/labctl.h"
#include "common/test/node.h"
#include "common/test/packet.h"

int raw_open(const char *node, int protocol)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol) };
	int fd;

	if (node_enter(node))
		return -1;
	address.sll_ifindex = node_ifindex(node);
	if (!address.sll_ifindex)
		return -1;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	fail("cannot open a packet socket on node %s: %s", node, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int send_frame(int fd, const char *hex)
{
	static uint8_t frame[PACKET_MAX];
	long len = hex_read(hex, frame, sizeof(frame));

	if (len < 0)
		return fail("not a packet in hex: %.40s", hex);
	if (send(fd, frame, len, 0) != len)
		return fail("cannot send a frame of %ld bytes: %s", len, strerror(errno));
	return 0;
}

int cmd_send(int argc, char **argv)
{
	const char *node = NULL, *cpu = "first";
	const struct option_value table[] = { { .name = "node", .value = &node },
					      { .name = "cpu", .value = &cpu },
					      {} };
	int first = options(argc, argv, table);
	int fd, status = 0;

	if (first < 0)
		return EXIT_USAGE;
	if (first == argc || !node)
		return usage();
	if (cpu_stay_on(cpu))
		return EXIT_FAILED;
	fd = raw_open(node, 0);
	if (fd < 0)
		return EXIT_FAILED;
	for (int i = first; i < argc && !status; i++)
		status = send_frame(fd, argv[i]);
	close(fd);
	return status;
}
