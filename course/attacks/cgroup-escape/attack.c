// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <dirent.h>
#include <limits.h>

static void write_to(const char *folder, const char *name, const char *text)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) > 0)
		success(path);
	close(fd);
}

/* The tops of the hierarchies, wherever they are mounted. It moves only itself. */
static void attack(void)
{
	static const char *const tops[] = { "/sys/fs/cgroup",	     "/sys/fs/cgroup/unified",
					    "/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids",
					    "/sys/fs/cgroup/cpu",    "." };
	char pid[32];

	snprintf(pid, sizeof(pid), "%d", getpid());
	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		char own[PATH_MAX];

		write_to(tops[i], "cgroup.procs", pid);
		write_to(tops[i], "tasks", pid);
		snprintf(own, sizeof(own), "%s/" CANARY, tops[i]);
		if (strcmp(tops[i], ".") && !mkdir(own, 0700)) {
			rmdir(own);
			success("made a cgroup");
		}
	}
}
