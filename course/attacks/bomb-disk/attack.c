// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <signal.h>

#define ENOUGH (1024ul << 20)

/* How much a file in this folder can hold; it is removed again. */
static void fill(const char *folder)
{
	static char block[1 << 20];
	char path[4096];
	size_t sum = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/" CANARY, folder);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return;
	while (sum < ENOUGH) {
		ssize_t n = write(fd, block, sizeof(block));

		if (n <= 0)
			break;
		sum += n;
	}
	close(fd);
	unlink(path);
	if (sum >= ENOUGH)
		success("wrote 1 GB");
}

static void attack(void)
{
	static const char *const folders[] = { ".",	   "/tmp", "/dev/shm", "/run",
					       "/var/tmp", "/box", LOOT };

	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		fill(folders[i]);
}
