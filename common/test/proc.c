// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading /proc (proc.h). A process may end at any moment: what is gone is not an error. */
#include "common/test/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int for_each_mount(pid_t pid, int (*visit)(const struct mount *mount, void *context), void *context)
{
	char path[64];
	struct mount mount;
	FILE *file;
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (!err && getline(&line, &room, file) > 0) {
		const char *dash = strstr(line, " - ");

		if (dash && sscanf(dash, " - %31s", mount.type) == 1 &&
		    sscanf(line, "%*s %*s %*s %255s %4095s", mount.root, mount.point) == 2)
			err = visit(&mount, context);
	}
	free(line);
	fclose(file);
	return err;
}

int for_each_process(int (*visit)(pid_t pid, void *context), void *context)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && (entry = readdir(proc)))
		if (isdigit((unsigned char)*entry->d_name))
			err = visit(atoi(entry->d_name), context);
	closedir(proc);
	return err;
}

long proc_field(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	size_t len = strlen(name);
	char line[256];
	long value = -1;

	while (file && value < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, len) && line[len] == ':')
			value = strtol(line + len + 1, NULL, 10);
	if (file)
		fclose(file);
	return value;
}

/* The start of a file of /proc, as text; NULs, which separate variables, become newlines. */
static bool read_start(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, size - 1);
	close(fd);
	if (len < 0)
		return false;
	for (ssize_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = '\n';
	text[len] = 0;
	return true;
}

void process_name(pid_t pid, char name[32])
{
	if (!read_start(pid, "comm", name, 32))
		strcpy(name, "?");
	name[strcspn(name, "\n")] = 0;
}

pid_t process_parent(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return proc_field(path, "PPid");
}

uint64_t process_namespace(pid_t pid, const char *kind)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kind);
	return stat(path, &st) ? 0 : st.st_ino;
}

/* The path after "0::" in /proc/PID/cgroup, as seen from the root of the hierarchy. */
static bool read_cgroup(pid_t pid, char *path, size_t size)
{
	char text[4096];
	const char *start;

	if (!read_start(pid, "cgroup", text, sizeof(text)))
		return false;
	start = strstr(text, "0::");
	if (!start)
		return false;
	snprintf(path, size, "%.*s", (int)strcspn(start + 3, "\n"), start + 3);
	return true;
}

/* The mount point's path is left out of the comparison: it is not in /proc/PID/cgroup. */
bool process_in_cgroup(pid_t pid, const char *cgroup)
{
	const char *name = strstr(cgroup, "/testenv/") ?: cgroup;
	char path[4096];
	size_t len = strlen(name);

	return read_cgroup(pid, path, sizeof(path)) && !strncmp(path, name, len) &&
	       (!path[len] || path[len] == '/');
}

static bool is_from_environment(pid_t pid)
{
	char text[1 << 15];

	if (process_in_cgroup(pid, "/testenv"))
		return true;
	return read_start(pid, "environ", text, sizeof(text)) &&
	       (!strncmp(text, "TESTENV=", 8) || strstr(text, "\nTESTENV="));
}

bool process_has_escaped(pid_t pid)
{
	char name[32] = "";
	bool kept = false;

	if (!is_from_environment(pid))
		return false;
	for (; pid > 1 && !kept; pid = process_parent(pid)) {
		process_name(pid, name);
		kept = !strcmp(name, "testenv") || !strcmp(name, "labctl");
	}
	return !kept;
}
