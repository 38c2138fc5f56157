// SPDX-License-Identifier: GPL-2.0-only
/* Refused: malformed. The second half of an instruction is missing. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(".quad 0x18; .quad 0xb7"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
