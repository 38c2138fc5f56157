// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-half. Half of a pointer is stored on the stack. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("*(u32 *)(r10 - 4) = %0" : : "r"(ctx) : "memory"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
