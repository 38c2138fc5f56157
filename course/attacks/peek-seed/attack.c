// SPDX-License-Identifier: GPL-2.0-only OR MIT
extern char **environ;

/* In its own environment, and in that of the processes above it. */
static void attack(void)
{
	static char text[65536];
	pid_t pids[16];
	int n = judges(pids, 16);

	for (char **e = environ; *e; e++)
		if (!strncmp(*e, "LAB_SEED=", 9) || !strncmp(*e, "BATS_", 5))
			success(*e);
	for (int i = 0; i < n; i++) {
		char path[64];
		ssize_t len;
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/environ", pids[i]);
		fd = open(path, O_RDONLY);
		len = fd < 0 ? -1 : read(fd, text, sizeof(text));
		if (fd >= 0)
			close(fd);
		if (len > 0 && memmem(text, len, "LAB_SEED=", 9))
			success("the seed, from another process");
	}
}
