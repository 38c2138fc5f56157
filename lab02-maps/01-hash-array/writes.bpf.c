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
	struct total *total;

	/* ---- given: count for the process, if it is watched ---- */
	total = bpf_map_lookup_elem(&watched, &pid);
	if (!total)
		return 0;
	__sync_fetch_and_add(&total->calls, 1);

	/* ---- yours ---- */

	/* TODO 1: the size is the third argument of write(fd, text, size):
	 *         __u64 size = ctx->args[2]; add it to total->bytes.
	 */

	/* TODO 2: count the digits of size in decimal, from 0 (for the size 0) to
	 *         CLASSES - 1 (for all sizes that have so many digits or more).
	 */

	/* TODO 3: look the number of digits up in "classes", and count the call in
	 *         the value found. The key is a __u32, and its address is passed.
	 */

	/* TODO 4: look the size up in "sizes". If it is not there, make an entry
	 *         with the value 0, with BPF_NOEXIST, and look it up again: another
	 *         CPU may have made it at the same moment, and that is as good.
	 */

	/* TODO 5: if there is still none, the map is full: count the call in "lost".
	 *         Else count it in the value found.
	 */
	return 0;
}
