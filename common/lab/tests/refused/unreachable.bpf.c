// SPDX-License-Identifier: GPL-2.0-only
/* Refused: unreachable. Instructions that no way leads to. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("r0 = 1; exit"); /* here is what is reached */
	return XDP_PASS;	      /* here */
}

char LICENSE[] SEC("license") = "GPL";
