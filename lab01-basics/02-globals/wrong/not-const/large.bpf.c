// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel side of lesson 01/02: counts the write(2) calls of one process, and
 * those that are large. What "large" means is for the loader to say.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* Constants for the program; the loader sets them before loading. */
const volatile pid_t target_pid = 0;
bool with_bytes = false;

/* Not 0 at the beginning, and may change at any time: .data */
__u64 threshold = 1000;

/* Counters begin as 0: .bss */
__u64 calls = 0;
__u64 large = 0;
__u64 bytes = 0;

SEC("tp/syscalls/sys_enter_write")
int on_write(struct trace_event_raw_sys_enter *ctx)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;
	__u64 size = ctx->args[2]; /* write(fd, text, size) */

	if (pid != target_pid)
		return 0;

	if (size >= threshold) {
		__sync_fetch_and_add(&large, 1);
		/* A constant: the verifier knows the answer, and keeps one way only. */
		if (with_bytes)
			__sync_fetch_and_add(&bytes, size);
	}
	__sync_fetch_and_add(&calls, 1);
	return 0;
}
