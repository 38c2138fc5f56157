// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: return-range. A hook of the kernel that knows 0 and errors. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("lsm/file_open")
int prog(void *ctx)
{
	return 1; /* here */
}

char LICENSE[] SEC("license") = "GPL";
