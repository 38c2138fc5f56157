// SPDX-License-Identifier: GPL-2.0-only
/* Refused: stack-too-large. Two functions have 512 bytes of stack together. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int inner(void)
{
	char buffer[300];

	asm volatile("" : : "r"(buffer) : "memory");
	return buffer[0];
}

SEC("xdp")
int prog(struct xdp_md *ctx) /* here */
{
	char buffer[300];

	asm volatile("" : : "r"(buffer) : "memory");
	return buffer[0] + inner();
}

char LICENSE[] SEC("license") = "GPL";
