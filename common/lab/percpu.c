// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading per-CPU maps: one value for every possible CPU, to be added up. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"

static bool is_percpu(__u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

int lab_percpu_sum(int map_fd, const void *key, __u64 *sums, size_t n)
{
	struct bpf_map_info info = {};
	__u32 info_len = sizeof(info);
	int cpus = libbpf_num_possible_cpus();
	__u64 *values;
	int err;

	if (cpus < 0)
		return cpus;
	err = bpf_obj_get_info_by_fd(map_fd, &info, &info_len);
	if (err)
		return err;
	/* The kernel writes cpus * value_size bytes, whatever the caller expects. */
	if (!is_percpu(info.type) || info.value_size != n * sizeof(*sums))
		return -EINVAL;

	values = calloc((size_t)cpus * n, sizeof(*values));
	if (!values)
		return -ENOMEM;
	err = bpf_map_lookup_elem(map_fd, key, values);
	if (!err) {
		memset(sums, 0, n * sizeof(*sums));
		for (size_t i = 0; i < (size_t)cpus * n; i++)
			sums[i % n] += values[i];
	}
	free(values);
	return err;
}

int lab_percpu_sum_u64(int map_fd, const void *key, __u64 *sum)
{
	return lab_percpu_sum(map_fd, key, sum, 1);
}
