// SPDX-License-Identifier: GPL-2.0-only
/* Refused: uninitialised. After a call, its arguments are forgotten. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(/* here */
		     "r1 = 7; call %0; r0 = r1"
		     :
		     : "i"(BPF_FUNC_get_prandom_u32)
		     : "r0", "r1");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
