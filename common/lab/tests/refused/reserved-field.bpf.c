// SPDX-License-Identifier: GPL-2.0-only
/* Refused: malformed. A field is set that must be 0. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile(".quad 0x00000000000101b7"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
