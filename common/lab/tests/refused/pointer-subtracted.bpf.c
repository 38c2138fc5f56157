// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-subtracted. A pointer is taken from a number. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char *data = (void *)(long)ctx->data;
	__u64 number = 64;

	asm volatile("%0 -= %1" : "+r"(number) : "r"(data)); /* here */
	return number;
}

char LICENSE[] SEC("license") = "GPL";
