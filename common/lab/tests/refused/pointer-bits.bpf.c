// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-bits. A pointer is rounded down. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 data = (long)ctx->data;

	asm volatile("" : "+r"(data));
	return *(volatile char *)(data & ~7UL); /* here */
}

char LICENSE[] SEC("license") = "GPL";
