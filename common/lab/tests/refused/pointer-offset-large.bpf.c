// SPDX-License-Identifier: GPL-2.0-only
/* Refused: unbounded-offset. A constant that no memory is as large as. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char *data = (void *)(long)ctx->data;

	asm volatile("%0 += 0x20000000" : "+r"(data)); /* here */
	return *(volatile char *)data;
}

char LICENSE[] SEC("license") = "GPL";
