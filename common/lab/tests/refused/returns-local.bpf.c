// SPDX-License-Identifier: GPL-2.0-only
/* Refused: returns-local. A function returns the address of its local variable. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) __u64 *local(void)
{
	__u64 value = 1, *pointer = &value;

	asm volatile("" : "+r"(pointer) : : "memory");
	return pointer; /* here */
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return *local();
}

char LICENSE[] SEC("license") = "GPL";
