// SPDX-License-Identifier: GPL-2.0-only
/* Refused: jump-out. A jump behind the end of the program. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("if r1 == 0 goto +100"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
