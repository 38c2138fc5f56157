// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Who holds what is left over (census.h). A process holds programs, maps and
 * links by file descriptors, whose fdinfo has their ids; a link holds its
 * program, a program its maps. Processes outside environments come last, so
 * that theirs is the name that stays: what one of them holds is not left over.
 */
#include "common/test/census.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/proc.h"

#define MAPS_MAX 64

struct search {
	struct census *census;
	bool foreign; /* which processes this round looks at */
	pid_t pid;
};

static void hold(struct search *search, enum item_kind kind, uint64_t id)
{
	for (size_t i = 0; i < search->census->count; i++) {
		struct item *item = &search->census->items[i];

		if (item->kind != kind || item->id != id)
			continue;
		item->holder = search->pid;
		item->foreign = search->foreign;
	}
}

static void hold_prog(struct search *search, __u32 id)
{
	__u32 maps[MAPS_MAX];
	struct bpf_prog_info info = { .nr_map_ids = MAPS_MAX, .map_ids = (uintptr_t)maps };
	__u32 size = sizeof(info);
	int fd;

	hold(search, ITEM_PROG, id);
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		info.nr_map_ids = 0;
	for (__u32 i = 0; i < info.nr_map_ids && i < MAPS_MAX; i++)
		hold(search, ITEM_MAP, maps[i]);
	close(fd);
}

/* The fdinfo of a link names its program too. */
static void hold_fd(struct search *search, const char *fdinfo)
{
	long link = proc_field(fdinfo, "link_id");
	long prog = proc_field(fdinfo, "prog_id");
	long map = proc_field(fdinfo, "map_id");

	if (link > 0)
		hold(search, ITEM_LINK, link);
	if (prog > 0)
		hold_prog(search, prog);
	if (map > 0)
		hold(search, ITEM_MAP, map);
}

/* Descriptors of BPF objects are "anon_inode:bpf-map", "bpf-prog", "bpf_link". */
static bool is_bpf(pid_t pid, const char *fd)
{
	char path[64], target[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/fd/%.16s", pid, fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = 0;
	return !strncmp(target, "anon_inode:bpf", 14);
}

static int visit_process(pid_t pid, void *context)
{
	struct search *search = context;
	struct dirent *entry;
	char path[64];
	DIR *fds;

	if (pid == getpid() || process_is_ours(pid) == search->foreign)
		return 0;
	search->pid = pid;
	hold(search, ITEM_NETNS, process_netns(pid));
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = opendir(path);
	while (fds && (entry = readdir(fds))) {
		if (!is_bpf(pid, entry->d_name))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.16s", pid, entry->d_name);
		hold_fd(search, path);
	}
	if (fds)
		closedir(fds);
	return 0;
}

int holders_find(struct census *census)
{
	struct search search = { .census = census };
	int err;

	err = for_each_process(visit_process, &search);
	search.foreign = true;
	return err ?: for_each_process(visit_process, &search);
}
