// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Who holds what is left over (census.h). A process holds programs, maps and
 * links by file descriptors, and by the pins and interfaces that only it and its
 * like can see; a link holds its program, a program its maps. Processes outside
 * the case come last, so that theirs is the name that stays: what one of them
 * holds is not left over.
 */
#include "common/test/census.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "common/test/proc.h"

#define MAPS_MAX       64
#define NAMESPACES_MAX 256

/* Namespaces that have been looked at in this round. */
struct known {
	uint64_t inodes[NAMESPACES_MAX];
	int count;
};

struct search {
	struct census *census;
	bool foreign; /* which processes this round looks at */
	pid_t pid;
	struct known mounts, nets;
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

/* ---- by a file descriptor, and by an interface in a network namespace of its own ---- */

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

/* True once for every namespace other than our own. */
static bool is_new(struct known *known, uint64_t inode, uint64_t own)
{
	if (!inode || inode == own || known->count == NAMESPACES_MAX)
		return false;
	for (int i = 0; i < known->count; i++)
		if (known->inodes[i] == inode)
			return false;
	known->inodes[known->count++] = inode;
	return true;
}

static void hold_interfaces(struct search *search)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		LIBBPF_OPTS(bpf_xdp_query_opts, on);

		if (bpf_xdp_query(i->if_index, 0, &on))
			continue;
		hold_prog(search, on.prog_id);
		hold_prog(search, on.drv_prog_id);
		hold_prog(search, on.skb_prog_id);
	}
	if (all)
		if_freenameindex(all);
}

/* path leads to the namespace. */
static void hold_in_netns(struct search *search, const char *path, uint64_t inode)
{
	int own, other;

	if (!is_new(&search->nets, inode, process_namespace(getpid(), "net")))
		return;
	own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	other = open(path, O_RDONLY | O_CLOEXEC);
	if (own >= 0 && other >= 0 && !setns(other, CLONE_NEWNET)) {
		hold_interfaces(search);
		if (setns(own, CLONE_NEWNET))
			abort(); /* all that follows would be said of the wrong namespace */
	}
	if (own >= 0)
		close(own);
	if (other >= 0)
		close(other);
}

/*
 * Descriptors of BPF objects are "anon_inode:bpf-map", "bpf-prog", "bpf_link", those of network
 * namespaces "net:[INODE]": of an environment's nodes most have no process in them.
 */
static void hold_by(struct search *search, const char *fd)
{
	char path[64], target[64];
	uint64_t inode;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/fd/%.16s", search->pid, fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = 0;
	if (!strncmp(target, "net:[", 5)) {
		inode = strtoull(target + 5, NULL, 10);
		hold(search, ITEM_NETNS, inode);
		hold_in_netns(search, path, inode);
	} else if (!strncmp(target, "anon_inode:bpf", 14)) {
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.16s", search->pid, fd);
		hold_fd(search, path);
	}
}

static void hold_fds(struct search *search)
{
	struct dirent *entry;
	char path[64];
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", search->pid);
	fds = opendir(path);
	while (fds && (entry = readdir(fds)))
		hold_by(search, entry->d_name);
	if (fds)
		closedir(fds);
}

/* ---- by a pin in a mount namespace of its own ---- */

static struct search *walking; /* nftw() has no context argument */

static int hold_pin(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	char fdinfo[64];
	int fd;

	(void)st;
	(void)ftw;
	fd = flag == FTW_F ? bpf_obj_get(path) : -1;
	if (fd < 0)
		return 0;
	snprintf(fdinfo, sizeof(fdinfo), "/proc/self/fdinfo/%d", fd);
	hold_fd(walking, fdinfo);
	close(fd);
	return 0;
}

static int hold_mount(const struct mount *mount, void *context)
{
	char path[PATH_MAX + 64];

	walking = context;
	if (strcmp(mount->type, "bpf"))
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/root%s", walking->pid, mount->point);
	nftw(path, hold_pin, 8, FTW_PHYS | FTW_MOUNT);
	return 0;
}

/* ---- by being in a cgroup, or in one below it ---- */

static void hold_cgroups(struct search *search)
{
	for (size_t i = 0; i < search->census->count; i++) {
		struct item *item = &search->census->items[i];

		if (item->kind != ITEM_CGROUP || !process_in_cgroup(search->pid, item->name))
			continue;
		item->holder = search->pid;
		item->foreign = search->foreign;
	}
}

/* ---- all of it ---- */

static int visit_process(pid_t pid, void *context)
{
	struct search *search = context;
	uint64_t net = process_namespace(pid, "net");
	char path[64];

	if (pid == getpid() || census_is_ours(search->census, pid) == search->foreign)
		return 0;
	search->pid = pid;
	hold(search, ITEM_NETNS, net);
	hold_fds(search);
	hold_cgroups(search);
	if (is_new(&search->mounts, process_namespace(pid, "mnt"),
		   process_namespace(getpid(), "mnt")))
		for_each_mount(pid, hold_mount, search);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	hold_in_netns(search, path, net);
	return 0;
}

int holders_find(struct census *census)
{
	struct search ours = { .census = census }, foreign = { .census = census, .foreign = true };
	int err;

	err = for_each_process(visit_process, &ours);
	return err ?: for_each_process(visit_process, &foreign);
}
