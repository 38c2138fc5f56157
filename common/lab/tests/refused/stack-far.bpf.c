// SPDX-License-Identifier: GPL-2.0-only
/* Refused: stack-too-large. A local variable below what the stack has. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("r1 = 0; *(u64 *)(r10 - 520) = r1" : : : "r1", "memory"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
