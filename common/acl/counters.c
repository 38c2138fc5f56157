// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The counters of rules, and how much memory a list takes in the kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/lab/lab.h"

int acl_counter_read(const struct acl_state *state, __u32 slot, struct acl_count *count)
{
	int fd = acl_state_map(state, "counters");

	if (fd < 0)
		return fd;
	return lab_percpu_sum(fd, &slot, (__u64 *)count, sizeof(*count) / sizeof(__u64));
}

int acl_counter_clear(const struct acl_state *state, __u32 slot)
{
	int fd = acl_state_map(state, "counters"), cpus = libbpf_num_possible_cpus(), err;
	struct acl_count *zero;

	if (fd < 0 || cpus < 0)
		return fd < 0 ? fd : cpus;
	zero = calloc(cpus, sizeof(*zero));
	if (!zero)
		return -ENOMEM;
	err = bpf_map_update_elem(fd, &slot, zero, BPF_EXIST);
	free(zero);
	return err;
}

/* ---- memory ----------------------------------------------------------------------- */

static size_t memlock(int fd)
{
	unsigned long bytes = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "memlock: %lu", &bytes) == 1)
			break;
	fclose(file);
	return bytes;
}

/* The inner maps of an array of maps, each once for every place. */
static size_t inner_memory(int outer, __u32 places, unsigned int *maps)
{
	size_t bytes = 0;
	__u32 id;

	for (__u32 place = 0; place < places; place++) {
		int fd = bpf_map_lookup_elem(outer, &place, &id) ? -1 : bpf_map_get_fd_by_id(id);

		if (fd < 0)
			continue;
		bytes += memlock(fd);
		++*maps;
		close(fd);
	}
	return bytes;
}

size_t acl_memory(const struct acl_state *state, unsigned int *maps)
{
	size_t bytes = 0;

	*maps = 0;
	for (int i = 0; i < state->map_count; i++) {
		struct bpf_map_info info = { 0 };
		__u32 len = sizeof(info);
		int fd = state->maps[i].fd;

		if (bpf_obj_get_info_by_fd(fd, &info, &len))
			continue;
		bytes += memlock(fd);
		++*maps;
		if (info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS)
			bytes += inner_memory(fd, info.max_entries, maps);
	}
	return bytes;
}
