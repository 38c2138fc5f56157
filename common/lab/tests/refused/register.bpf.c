// SPDX-License-Identifier: GPL-2.0-only
/* Refused: malformed. A register that is not there. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(".quad 0x0000000000000cb7"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
