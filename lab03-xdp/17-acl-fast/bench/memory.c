// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * How much kernel memory a rule set takes: what is charged to a memory cgroup in which a
 * command has run, after it has ended. So BPF maps, iptables' tables and nft's rules
 * and sets are measured in the same way. And what the kernel says of maps by themselves.
 */
#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "bench.h"

/* ---- a command's memory ----------------------------------------------------------- */

struct memory_group {
	char path[4096];
	int version; /* of cgroups, 1 or 2; 0: there is none */
};

/* Does the first line of the file with this prefix, or any if that is "", hold the word? */
static bool line_holds(const char *path, const char *prefix, const char *word, char *rest,
		       size_t size)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		char *at = strstr(line, word);

		line[strcspn(line, "\n")] = '\0';
		found = at && strncmp(line, prefix, strlen(prefix)) == 0;
		if (found && rest)
			snprintf(rest, size, "%s", at + strlen(word));
	}
	if (file)
		fclose(file);
	return found;
}

/* The first version: a group of the same hierarchy that this process is in. */
static void find_v1(struct memory_group *group, const char *mounted)
{
	char own[2048] = "", path[4096];

	line_holds("/proc/self/cgroup", "", ":memory:", own, sizeof(own));
	snprintf(path, sizeof(path), "%s%s", mounted, own);
	snprintf(group->path, sizeof(group->path), "%.2000s/aclbench-%d",
		 access(path, F_OK) ? mounted : path, getpid());
	group->version = 1;
}

static void find_v2(struct memory_group *group, const char *mounted)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", mounted);
	if (!line_holds(path, "", "memory", NULL, 0))
		return;
	snprintf(group->path, sizeof(group->path), "%.2000s/aclbench-%d", mounted, getpid());
	group->version = 2;
}

static int group_make(struct memory_group *group)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *entry;

	group->version = 0;
	while (mounts && !group->version && (entry = getmntent(mounts))) {
		if (strcmp(entry->mnt_type, "cgroup") == 0 && hasmntopt(entry, "memory"))
			find_v1(group, entry->mnt_dir);
		else if (strcmp(entry->mnt_type, "cgroup2") == 0)
			find_v2(group, entry->mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	if (!group->version)
		return lab_fail(-ENOTSUP, "this machine has no cgroup that counts memory");
	return mkdir(group->path, 0755) ? lab_fail(-errno, "%s: %s", group->path, strerror(errno))
					: 0;
}

static int group_read(const struct memory_group *group, unsigned long long *bytes)
{
	const char *name = group->version == 1 ? "memory.kmem.usage_in_bytes" : "memory.stat";
	char path[4200], text[64];

	snprintf(path, sizeof(path), "%s/%s", group->path, name);
	if (!line_holds(path, group->version == 1 ? "" : "kernel ",
			group->version == 1 ? "" : "kernel ", text, sizeof(text)) ||
	    sscanf(text, "%llu", bytes) != 1)
		return lab_fail(-EIO, "%s: no number", path);
	return 0;
}

/* The child: into the group, then the command. */
static void run_in(const struct memory_group *group, char **command)
{
	char path[4200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group->path);
	file = fopen(path, "we");
	if (!file || fputs("0", file) < 0 || fclose(file))
		_exit(126);
	execvp(command[0], command);
	_exit(127);
}

int measure_memory(char **command, unsigned long long *bytes)
{
	struct memory_group group;
	int err = group_make(&group), status;
	pid_t child;

	if (err)
		return err;
	child = fork();
	if (child == 0)
		run_in(&group, command);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		err = -errno;
	else if (status)
		err = lab_fail(-ECHILD, "%s has failed", command[0]);
	if (!err)
		err = group_read(&group, bytes);
	rmdir(group.path);
	return err;
}

/* ---- maps ---------------------------------------------------------------------------- */

/* What the kernel says it has allocated for a map. */
static unsigned long long memory_of_map(int fd)
{
	unsigned long long bytes = 0;
	char path[64], text[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (line_holds(path, "memlock:", "memlock:", text, sizeof(text)))
		bytes = strtoull(text, NULL, 10);
	return bytes;
}

/* Maps in a map: user space reads their numbers. */
static unsigned long long memory_of_inner(int outer)
{
	unsigned long long bytes = 0;
	__u32 key, next, id;
	__u32 *from = NULL;

	while (bpf_map_get_next_key(outer, from, &next) == 0) {
		int fd = bpf_map_lookup_elem(outer, &next, &id) ? -1 : bpf_map_get_fd_by_id(id);

		if (fd >= 0) {
			bytes += memory_of_map(fd);
			close(fd);
		}
		key = next;
		from = &key;
	}
	return bytes;
}

int measure_maps(const char *folder, unsigned long long *bytes)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir)
		return lab_fail(-errno, "%s: %s", folder, strerror(errno));
	*bytes = 0;
	while ((entry = readdir(dir))) {
		struct bpf_map_info info = { 0 };
		__u32 size = sizeof(info);
		char path[4096];
		int fd;

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fd = entry->d_name[0] == '.' ? -1 : bpf_obj_get(path);
		if (fd < 0)
			continue;
		*bytes += memory_of_map(fd);
		if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 &&
		    (info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
		     info.type == BPF_MAP_TYPE_HASH_OF_MAPS) &&
		    info.key_size == sizeof(__u32))
			*bytes += memory_of_inner(fd);
		close(fd);
	}
	closedir(dir);
	return 0;
}
