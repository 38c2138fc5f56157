// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Finding and killing processes by /proc. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testenv/procs.h"

/* Kills every process for which wanted() is true. */
static void kill_all(bool (*wanted)(pid_t pid, const void *data), const void *data)
{
	DIR *d = opendir("/proc");
	struct dirent *entry;

	if (!d)
		return;
	while ((entry = readdir(d))) {
		pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;

		if (pid > 1 && pid != getpid() && wanted(pid, data))
			kill(pid, SIGKILL);
	}
	closedir(d);
}

static bool is_child(pid_t pid, const void *parent)
{
	char path[32], text[512], *after;
	int ppid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	/* The name, in brackets, may hold anything. */
	after = strrchr(text, ')');
	return after && sscanf(after + 1, " %*c %d", &ppid) == 1 && ppid == *(const pid_t *)parent;
}

void procs_kill_children(void)
{
	pid_t me = getpid();
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (pid > 0)
			continue;
		kill_all(is_child, &me);
		waitpid(-1, NULL, 0);
	}
}

struct inodes {
	const ino_t *ns;
	int n;
};

static bool is_in_net(pid_t pid, const void *data)
{
	const struct inodes *inodes = data;
	struct stat st;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	if (stat(path, &st))
		return false;
	for (int i = 0; i < inodes->n; i++)
		if (st.st_ino == inodes->ns[i])
			return true;
	return false;
}

void procs_kill_in_net(const ino_t *ns, int n)
{
	struct inodes inodes = { ns, n };

	if (n)
		kill_all(is_in_net, &inodes);
}

int procs_read_status(int super, int *status)
{
	ssize_t n = recv(super, status, sizeof(*status), 0);

	/*
	 * It ended, with a signal of ours still unread: the kernel tells of that first, and
	 * only then gives what was sent before.
	 */
	if (n < 0 && errno == ECONNRESET)
		n = recv(super, status, sizeof(*status), 0);
	return n == sizeof(*status) ? 0 : -1;
}
