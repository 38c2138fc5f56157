// SPDX-License-Identifier: GPL-2.0-only
/* Refused: malformed. An instruction that is not there. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(".quad 0xff"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
