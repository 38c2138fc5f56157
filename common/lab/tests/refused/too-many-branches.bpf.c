// SPDX-License-Identifier: GPL-2.0-only
/* Refused, slowly: too-many-branches. Thousands of branches after which everything differs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(/* here */
		     "r6 = r1; r8 = 0;"
		     ".rept 8200; call %0; if r0 > 7 goto +1; r8 += 1; .endr"
		     :
		     : "i"(BPF_FUNC_get_prandom_u32)
		     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
