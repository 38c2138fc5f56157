// SPDX-License-Identifier: GPL-2.0-only
/* Refused: other-null. A global function uses a pointer unchecked. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__attribute__((noinline)) int get(__u64 *number)
{
	return *number; /* here */
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 number = 1;

	return get(&number);
}

char LICENSE[] SEC("license") = "GPL";
