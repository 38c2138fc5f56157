// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel side of lesson 01/02: counts the write(2) calls of one process, and
 * those that are large. What "large" means is for the loader to say.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* A constant for the program; the loader sets it before loading. */
const volatile pid_t target_pid = 0;

/* Counters begin as 0. */
__u64 calls = 0;

/* TODO 1: declare "threshold", a __u64 that can be changed while the program
 *         runs, with the value 1000 to begin with.
 */

/* TODO 2: declare "large", a __u64 counter. */

/* TODO 3: declare "with_bytes", a bool that is false unless the loader sets it,
 *         and constant once the program is loaded; and "bytes", a __u64 counter.
 */

SEC("tp/syscalls/sys_enter_write")
int on_write(struct trace_event_raw_sys_enter *ctx)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;

	if (pid != target_pid)
		return 0;

	/* TODO 4: the third argument of write(fd, text, size) is its size:
	 *         __u64 size = ctx->args[2]; count the call in "large" if the size
	 *         is at least "threshold".
	 */

	/* TODO 5: if with_bytes is set, add the size of a large call to "bytes". */

	__sync_fetch_and_add(&calls, 1);
	return 0;
}
