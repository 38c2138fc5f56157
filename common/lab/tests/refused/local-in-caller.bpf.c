// SPDX-License-Identifier: GPL-2.0-only
/* Refused: local-in-caller. The address of a function's variable is left with its caller. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int give(__u64 **to)
{
	__u64 value = 1;

	asm volatile("" : : "r"(&value) : "memory");
	*to = &value; /* here */
	return value;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 *pointer = NULL;

	give(&pointer);
	asm volatile("" : : "r"(&pointer) : "memory");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
