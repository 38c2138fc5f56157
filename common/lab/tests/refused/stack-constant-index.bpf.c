// SPDX-License-Identifier: GPL-2.0-only
/* Refused: stack-bounds. Behind the end of the stack. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 slots[2] = { 0 };

	asm volatile("" : : "r"(slots) : "memory");
	asm volatile("r1 = %0; *(u64 *)(r1 + 64) = r1" : : "r"(slots) : "r1"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
