// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: pointer-half. A pointer is kept in 32 bits. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("r1 = %0; w2 = w1" : : "r"(ctx) : "r1", "r2"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
