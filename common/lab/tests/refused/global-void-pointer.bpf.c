// SPDX-License-Identifier: GPL-2.0-only
/* Refused: global-type. A global function takes a pointer to anything. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__attribute__((noinline)) int get(void *anything) /* Until 6.1: here */
{
	return anything != NULL;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 number = 1;

	return get(&number); /* here */
}

char LICENSE[] SEC("license") = "GPL";
