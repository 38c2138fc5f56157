// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl count: counts the packets with TCP data that leave through an
 * interface of a node. Prints "ready" when it counts, and then, for every line
 * on stdin, how many there were since the last one.
 */
#include "common/test/labctl.h"

#include <stdio.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "common/test/node.h"

static int answer(int fd)
{
	char line[16];

	while (fgets(line, sizeof(line), stdin)) {
		long count = lab_tcp_data_count(fd);

		if (count < 0) {
			lab_report(count, "cannot count");
			return EXIT_FAILED;
		}
		printf("%ld\n", count);
	}
	return EXIT_OK;
}

int cmd_count(int argc, char **argv)
{
	const char *node = NULL, *interface = NULL;
	const struct option_value table[] = { { .name = "node", .value = &node },
					      { .name = "interface", .value = &interface },
					      {} };
	int first = options(argc, argv, table);
	int fd, result;

	if (first < 0)
		return EXIT_USAGE;
	if (first != argc || !node || !interface)
		return usage();
	if (node_enter(node))
		return EXIT_FAILED;
	fd = lab_tcp_data_open(interface);
	if (fd < 0) {
		lab_report(fd, "cannot count");
		return EXIT_FAILED;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");
	result = answer(fd);
	close(fd);
	return result;
}
