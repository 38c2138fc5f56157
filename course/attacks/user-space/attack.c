// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <sys/socket.h>

/* "start" leaves a process that counts what it sees, where "show" would find it. */
static void attack(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP));
	char packet[2048];
	long n = 0;

	if (fd < 0 || fork())
		_exit(0);
	for (; n < 1000 && recv(fd, packet, sizeof(packet), 0) > 0; n++) {
		FILE *f = fopen(CANARY ".count", "w");

		if (!f)
			break;
		fprintf(f, "%ld packets, 0 bytes\n", n + 1);
		fclose(f);
	}
	_exit(0);
}
