// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: spilled-pointer. A byte of a stored pointer is overwritten. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(/* here */
		     "*(u64 *)(r10 - 8) = %0; r1 = 0; *(u8 *)(r10 - 8) = r1"
		     :
		     : "r"(ctx)
		     : "r1");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
