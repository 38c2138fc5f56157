// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-half. An addition that keeps 32 bits of a pointer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;

	asm volatile("r2 = %0; w2 += 4" : : "r"(data) : "r2"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
