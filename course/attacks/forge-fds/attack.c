// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* bats reads what its children write to descriptor 3. */
static void attack(void)
{
	static const char line[] = "ok 1 forged by " CANARY "\n";
	char path[64], target[64];
	pid_t pids[16];
	int n = judges(pids, 16);

	for (int fd = 3; fd < 1024; fd++)
		if (write(fd, line, sizeof(line) - 1) > 0)
			success("wrote to a descriptor that was left open");
	for (int i = 0; i < n; i++)
		for (int fd = 0; fd < 16; fd++) {
			ssize_t len;
			int out;

			snprintf(path, sizeof(path), "/proc/%d/fd/%d", pids[i], fd);
			len = readlink(path, target, sizeof(target));
			if (len < 5 || memcmp(target, "pipe:", 5))
				continue;
			out = open(path, O_WRONLY | O_NONBLOCK);
			if (out >= 0 && write(out, line, sizeof(line) - 1) > 0)
				success("wrote to a descriptor of another process");
			if (out >= 0)
				close(out);
		}
}
