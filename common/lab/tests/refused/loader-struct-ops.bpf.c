// SPDX-License-Identifier: GPL-2.0-only
/* Refused: struct-ops-type. A table of functions that the kernel does not have. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct no_such_ops {
	int (*function)(void *arg);
};

SEC("struct_ops/function")
int prog(__u64 *ctx)
{
	return 0;
}

SEC(".struct_ops")
struct no_such_ops ops = { .function = (void *)prog };

char LICENSE[] SEC("license") = "GPL";
