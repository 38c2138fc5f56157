// SPDX-License-Identifier: GPL-2.0-only
/* Refused: attach-target. There is no such function in the kernel. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/no_such_function")
int prog(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
