// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The census itself: every kind of thing that a test can leave behind (census.h). */
#include "common/test/census.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <ftw.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/test/proc.h"

/* ---- BPF objects ---- */

static int add_prog(struct census *census, int fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return 0;
	return census_add(census, ITEM_PROG, info.id, "%s", info.name);
}

static int add_map(struct census *census, int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return 0;
	return census_add(census, ITEM_MAP, info.id, "%s", info.name);
}

static int add_link(struct census *census, int fd)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return 0;
	return census_add(census, ITEM_LINK, info.id, "%s of program %u",
			  libbpf_bpf_link_type_str(info.type) ?: "link", info.prog_id);
}

/* An object may go between the two calls; then there is nothing to add. */
static int add_objects(struct census *census, int (*next)(__u32 id, __u32 *next_id),
		       int (*open)(__u32 id), int (*add)(struct census *census, int fd))
{
	__u32 id = 0;
	int err = 0;

	while (!err && !next(id, &id)) {
		int fd = open(id);

		if (fd < 0)
			continue;
		err = add(census, fd);
		close(fd);
	}
	return err;
}

/* ---- files: pins and cgroups ---- */

/* nftw() has no context argument. */
static struct {
	struct census *census;
	enum item_kind kind;
} walk;

static int add_path(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	bool wanted = walk.kind == ITEM_PIN ? ftw->level > 0 : flag == FTW_D && ftw->level > 0;

	return wanted ? census_add(walk.census, walk.kind, st->st_ino, "%s", path) : 0;
}

static int add_paths(struct census *census, enum item_kind kind, const char *top)
{
	int err;

	walk.census = census;
	walk.kind = kind;
	err = nftw(top, add_path, 16, FTW_PHYS | FTW_MOUNT);
	return err == -1 ? 0 : err; /* gone, or not for us to see */
}

static int add_mount(const struct mount *mount, void *context)
{
	struct census *census = context;
	char path[PATH_MAX + 16];
	unsigned long long inode;

	if (!strcmp(mount->type, "bpf"))
		return add_paths(census, ITEM_PIN, mount->point);
	if (!strcmp(mount->type, "cgroup2")) {
		snprintf(path, sizeof(path), "%s/testenv", mount->point);
		return add_paths(census, ITEM_CGROUP, path);
	}
	if (!strcmp(mount->type, "nsfs") && sscanf(mount->root, "net:[%llu]", &inode) == 1)
		return census_add(census, ITEM_NETNS, inode, "%s", mount->point);
	return 0;
}

/* ---- processes and their network namespaces ---- */

static bool has_netns(const struct census *census, uint64_t inode)
{
	for (size_t i = 0; i < census->count; i++)
		if (census->items[i].kind == ITEM_NETNS && census->items[i].id == inode)
			return true;
	return false;
}

/* The census itself, and those that wait for it, are not left over. */
static bool is_self_or_ancestor(pid_t pid)
{
	pid_t ancestor = getpid();

	while (ancestor > 1 && ancestor != pid)
		ancestor = process_parent(ancestor);
	return ancestor == pid;
}

static int add_process(pid_t pid, void *context)
{
	struct census *census = context;
	uint64_t inode = process_namespace(pid, "net");
	char name[32];
	int err = 0;

	process_name(pid, name);
	if (inode && !has_netns(census, inode))
		err = census_add(census, ITEM_NETNS, inode, "of process %d (%s)", pid, name);
	if (!err && census_is_ours(census, pid) && !is_self_or_ancestor(pid))
		err = census_add(census, ITEM_PROCESS, pid, "%s", name);
	return err;
}

static int add_interfaces(struct census *census)
{
	struct if_nameindex *all = if_nameindex();
	int err = 0;

	for (struct if_nameindex *i = all; i && i->if_index && !err; i++)
		err = census_add(census, ITEM_INTERFACE, i->if_index, "%s", i->if_name);
	if (all)
		if_freenameindex(all);
	return err;
}

int census_take(struct census *census)
{
	int err;

	err = add_objects(census, bpf_prog_get_next_id, bpf_prog_get_fd_by_id, add_prog);
	if (!err)
		err = add_objects(census, bpf_map_get_next_id, bpf_map_get_fd_by_id, add_map);
	if (!err)
		err = add_objects(census, bpf_link_get_next_id, bpf_link_get_fd_by_id, add_link);
	if (!err)
		err = for_each_mount(getpid(), add_mount, census);
	if (!err)
		err = for_each_process(add_process, census);
	return err ?: add_interfaces(census);
}
