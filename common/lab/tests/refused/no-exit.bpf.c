// SPDX-License-Identifier: GPL-2.0-only
/* Refused: no-exit. The end of the program is a computation. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
__attribute__((naked)) int prog(struct xdp_md *ctx)
{
	asm volatile("r0 = 1"); /* here */
}

char LICENSE[] SEC("license") = "GPL";
