// SPDX-License-Identifier: GPL-2.0-only
/* Refused: misaligned. 8 bytes on the stack from an odd address. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 value;

	asm volatile(/* here */
		     "r1 = 1; *(u64 *)(r10 - 16) = r1; *(u64 *)(r10 - 8) = r1;"
		     "%0 = *(u64 *)(r10 - 9)"
		     : "=r"(value)
		     :
		     : "r1");
	return value;
}

char LICENSE[] SEC("license") = "GPL";
