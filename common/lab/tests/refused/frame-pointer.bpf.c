// SPDX-License-Identifier: GPL-2.0-only
/* Refused: frame-pointer. R10 is changed. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("r10 += -8"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
