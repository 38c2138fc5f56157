// SPDX-License-Identifier: GPL-2.0-only
/* Refused: gpl-only. There is no licence at all. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tracepoint/syscalls/sys_enter_write")
int prog(void *ctx)
{
	char comm[16];

	return bpf_probe_read_kernel(comm, sizeof(comm), ctx); /* here */
}
