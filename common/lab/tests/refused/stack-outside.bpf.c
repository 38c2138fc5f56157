// SPDX-License-Identifier: GPL-2.0-only
/* Refused: stack-outside. Behind the end of a local array, and of the stack. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 first[8] = {};
	volatile __u8 *byte = first;

	asm volatile("" : "+r"(byte));
	return byte[8]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
