// SPDX-License-Identifier: GPL-2.0-only
/* Refused, by its SEC(): tracepoint-write. A field of the record that is there, and is written. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp/syscalls/sys_enter_write")
int prog(void *ctx)
{
	((__u64 *)ctx)[4] = 5; /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
