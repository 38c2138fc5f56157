// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-load-type. The old way to load packet bytes, in a program of another type. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("r6 = r1; r0 = *(u8 *)skb[0]" : : : "r0", "r6"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
