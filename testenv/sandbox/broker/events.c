// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * libbpf looks for a tracepoint's number in tracefs, and for that of a kind of events in
 * sysfs. tracefs itself would be a window on the machine: the sandbox gets files of the
 * same names with nothing but these numbers in them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testenv/ns.h"
#include "testenv/sandbox/broker/start.h"

#define EVENTS "sys/kernel/tracing/events"
#define KINDS  "sys/bus/event_source/devices"

static int make_folder(int dir, const char *name)
{
	int fd;

	if (mkdirat(dir, name, 0755) && errno != EEXIST)
		return -errno;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int copy_text(int from, const char *name, int to)
{
	char text[128];
	ssize_t len;
	int fd = openat(from, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text));
	close(fd);
	if (len <= 0)
		return 0;
	fd = openat(to, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	len = write(fd, text, len) < 0 ? -errno : 0;
	close(fd);
	return (int)len;
}

/* For each folder in from one in to, with what copy() finds in it. */
static int copy_folders(int from, int to, int (*copy)(int from, int to))
{
	struct dirent *entry;
	DIR *d = fdopendir(from);
	int err = 0;

	if (!d) {
		close(from);
		return -errno;
	}
	while (!err && (entry = readdir(d))) {
		int in, out;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		in = openat(dirfd(d), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		out = make_folder(to, entry->d_name);
		err = in < 0 ? -errno : out < 0 ? out : copy(in, out);
		if (out >= 0)
			close(out);
	}
	closedir(d);
	return err;
}

static int copy_id(int from, int to)
{
	int err = copy_text(from, "id", to);

	close(from);
	return err;
}

static int copy_category(int from, int to)
{
	return copy_folders(from, to, copy_id);
}

static int make_way(int root, const char *path)
{
	char part[64];

	for (size_t len = 0; path[len]; len++) {
		len += strcspn(path + len, "/");
		snprintf(part, sizeof(part), "%.*s", (int)len, path);
		if (mkdirat(root, part, 0755) && errno != EEXIST)
			return -errno;
		if (!path[len])
			break;
	}
	return 0;
}

static int write_tracepoints(int root)
{
	int from = open(TRACEFS "/events", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int to, err = make_way(root, EVENTS);

	/* A machine without tracefs has no tracepoints, and libbpf will say so. */
	if (from < 0)
		return 0;
	to = err ? err : make_folder(root, EVENTS);
	if (to < 0) {
		close(from);
		return to;
	}
	err = copy_folders(from, to, copy_category);
	close(to);
	return err;
}

/* kprobe/type, kprobe/format/retprobe */
static int write_kind(int root, const char *kind)
{
	char from[96], to[96];
	int in, out, err = 0;

	for (int i = 0; i < 2 && !err; i++) {
		snprintf(from, sizeof(from), "/" KINDS "/%s%s", kind, i ? "/format" : "");
		snprintf(to, sizeof(to), KINDS "/%s%s", kind, i ? "/format" : "");
		in = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (in < 0)
			return 0;
		err = make_way(root, to);
		out = err ? err : make_folder(root, to);
		err = out < 0 ? out : copy_text(in, i ? "retprobe" : "type", out);
		if (out >= 0)
			close(out);
		close(in);
	}
	return err;
}

int events_write(int root)
{
	int err = write_tracepoints(root);

	if (!err)
		err = write_kind(root, "kprobe");
	return err ? err : write_kind(root, "uprobe");
}
