// SPDX-License-Identifier: GPL-2.0-only
/* Refused: jump-into-constant. A jump to the second half of an instruction. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("if r1 == 0 goto +1; r2 = 0x1122334455667788 ll" : : : "r2"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
