// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel side of lesson 02/01: counts the write(2) calls of the processes that
 * user space has entered into a map, by process, by class of size, and by size.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "writes.h"

char LICENSE[] SEC("license") = "GPL";

/* Process id -> what it has written. User space adds the keys. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, WATCHED_MAX);
	__type(key, __u32);
	__type(value, struct total);
} watched SEC(".maps");

/* Number of digits of the size -> calls. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CLASSES);
	__type(key, __u32);
	__type(value, __u64);
} classes SEC(".maps");

/* Size -> calls. The kernel side adds the keys, as sizes turn up. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SIZES_MAX);
	__type(key, __u64);
	__type(value, __u64);
} sizes SEC(".maps");

/* Calls that are not in "sizes", because it was full. */
__u64 lost = 0;

SEC("tp/syscalls/sys_enter_write")
int on_write(struct trace_event_raw_sys_enter *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	__u64 *calls, size, zero = 0;
	struct total *total;
	__u32 digits = 0;

	/* ---- given: count for the process, if it is watched ---- */
	total = bpf_map_lookup_elem(&watched, &pid);
	if (!total)
		return 0;
	__sync_fetch_and_add(&total->calls, 1);

	/* ---- yours ---- */
	size = ctx->args[2]; /* write(fd, text, size) */
	__sync_fetch_and_add(&total->bytes, size);

	for (__u64 rest = size; rest && digits < CLASSES - 1; rest /= 10)
		digits++;

	/* All keys of an array are there, but the verifier wants to see the check. */
	calls = bpf_map_lookup_elem(&classes, &digits);
	if (calls)
		__sync_fetch_and_add(calls, 1);

	calls = bpf_map_lookup_elem(&sizes, &size);
	if (!calls) {
		/* Another CPU may be faster: its entry is as good as ours. */
		bpf_map_update_elem(&sizes, &size, &zero, BPF_NOEXIST);
		calls = bpf_map_lookup_elem(&sizes, &size);
	}
	if (calls)
		__sync_fetch_and_add(calls, 1);
	else
		__sync_fetch_and_add(&lost, 1);
	return 0;
}
