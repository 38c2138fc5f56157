// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-half. Half of a stored pointer is read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 half;

	asm volatile(/* here */
		     "*(u64 *)(r10 - 8) = %1; %0 = *(u32 *)(r10 - 8)"
		     : "=r"(half)
		     : "r"(ctx));
	return half;
}

char LICENSE[] SEC("license") = "GPL";
