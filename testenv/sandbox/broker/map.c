// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* BPF_MAP_CREATE, BPF_MAP_FREEZE, BPF_BTF_LOAD. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "testenv/sandbox/broker/broker.h"
#include "testenv/sandbox/broker/types.h"

/* Of all types of a sandbox together: the kernel keeps them in nobody's cgroup. */
#define MAX_BTF (16U << 20)
#define MAX_LOG (16 << 20)

/* Flags that only say how the map is to behave. Not: a token, another processor's node. */
#define MAP_FLAGS                                                                         \
	(BPF_F_NO_PREALLOC | BPF_F_NO_COMMON_LRU | BPF_F_RDONLY | BPF_F_WRONLY |          \
	 BPF_F_STACK_BUILD_ID | BPF_F_ZERO_SEED | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG | \
	 BPF_F_CLONE | BPF_F_MMAPABLE | BPF_F_PRESERVE_ELEMS | BPF_F_INNER_MAP)

/* A map of operations would replace functions of the kernel. */
static bool is_map_type(struct call *c, __u32 type)
{
	if (type == BPF_MAP_TYPE_STRUCT_OPS)
		return c->broker->policy->types[BPF_PROG_TYPE_STRUCT_OPS];
	return type != BPF_MAP_TYPE_UNSPEC && libbpf_bpf_map_type_str(type);
}

static bool is_per_cpu(__u32 type)
{
	return type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

/* What it may grow to. The cgroup counts what it really takes; this says no in time. */
static long long bytes_of(const union bpf_attr *a)
{
	unsigned __int128 each = 16 + (unsigned __int128)a->key_size + a->value_size;
	int cpus = libbpf_num_possible_cpus();

	if (is_per_cpu(a->map_type) && cpus > 0)
		each += (unsigned __int128)a->value_size * (cpus - 1);
	if (a->map_type == BPF_MAP_TYPE_RINGBUF || a->map_type == BPF_MAP_TYPE_USER_RINGBUF)
		each = 1;
	each *= a->max_entries;
	return each > INT64_MAX ? INT64_MAX : (long long)each;
}

static int take_fds(struct call *c, union bpf_attr *a)
{
	int fd;

	if (a->map_type == BPF_MAP_TYPE_ARRAY_OF_MAPS || a->map_type == BPF_MAP_TYPE_HASH_OF_MAPS) {
		fd = call_fd(c, (int)c->in.inner_map_fd);
		if (fd < 0)
			return fd;
		a->inner_map_fd = fd;
	}
	if (!c->in.btf_fd)
		return 0;
	fd = call_fd(c, (int)c->in.btf_fd);
	if (fd < 0)
		return fd;
	a->btf_fd = fd;
	a->btf_key_type_id = c->in.btf_key_type_id;
	a->btf_value_type_id = c->in.btf_value_type_id;
	return 0;
}

long broker_map_create(struct call *c, int *fd)
{
	union bpf_attr a = {
		.map_type = c->in.map_type,
		.key_size = c->in.key_size,
		.value_size = c->in.value_size,
		.max_entries = c->in.max_entries,
		.map_flags = c->in.map_flags & ~BPF_F_NUMA_NODE,
		.btf_vmlinux_value_type_id = c->in.btf_vmlinux_value_type_id,
		.map_extra = c->in.map_extra,
	};
	long long bytes = bytes_of(&a);
	long result;

	memcpy(a.map_name, c->in.map_name, sizeof(a.map_name));
	if (!is_map_type(c, a.map_type))
		return call_deny(c, "maps of type %u are not allowed here", a.map_type);
	if (a.map_flags & ~MAP_FLAGS || c->in.map_ifindex)
		return call_deny(c, "map flags %#x are not allowed here", a.map_flags);
	if (bytes > c->broker->policy->map_memory - c->broker->map_bytes) {
		call_deny(c, "the maps are larger than %lld MB together",
			  c->broker->policy->map_memory >> 20);
		return -ENOMEM;
	}
	result = take_fds(c, &a);
	if (result)
		return result;
	result = broker_bpf(BPF_MAP_CREATE, &a, sizeof(a));
	if (result < 0)
		return result;
	c->broker->map_bytes += bytes;
	object_add(c->broker, OBJECT_MAP, (int)result);
	*fd = (int)result;
	return 0;
}

/* Of one's own map; until Linux 6.2 not without rights. */
long broker_map_freeze(struct call *c, int *fd)
{
	int map = call_fd(c, (int)c->in.map_fd);
	union bpf_attr a = { .map_fd = map };

	(void)fd;
	return map < 0 ? map : broker_bpf(BPF_MAP_FREEZE, &a, sizeof(a.map_fd));
}

/* Programs that replace functions replace global ones. */
static bool keeps_global(const struct policy *policy)
{
	return policy->global_functions || policy->types[BPF_PROG_TYPE_EXT];
}

long broker_btf_load(struct call *c, int *fd)
{
	union bpf_attr a = { .btf_size = c->in.btf_size, .btf_log_level = c->in.btf_log_level };
	void *btf, *log = NULL;
	long result;

	if (a.btf_size > MAX_BTF - c->broker->btf_bytes) {
		call_deny(c, "the types are larger than %u MB together", MAX_BTF >> 20);
		return -ENOMEM;
	}
	result = call_copy(c, c->in.btf, c->in.btf_size, MAX_BTF, &btf);
	if (!result)
		result = types_check(btf, a.btf_size, keeps_global(c->broker->policy));
	if (result)
		return result == -EACCES
			       ? call_deny(c, "functions may not take arguments that nobody checks")
			       : result;
	a.btf = (uintptr_t)btf;
	if (c->in.btf_log_buf && c->in.btf_log_size) {
		a.btf_log_size = c->in.btf_log_size < MAX_LOG ? c->in.btf_log_size : MAX_LOG;
		log = call_buffer(c, a.btf_log_size);
		if (!log)
			return -ENOMEM;
		a.btf_log_buf = (uintptr_t)log;
	}
	result = broker_bpf(BPF_BTF_LOAD, &a, sizeof(a));
	if (log)
		call_write(c, c->in.btf_log_buf, log, strnlen(log, a.btf_log_size - 1) + 1);
	if (result < 0)
		return result;
	c->broker->btf_bytes += a.btf_size;
	object_add(c->broker, OBJECT_BTF, (int)result);
	*fd = (int)result;
	return 0;
}
