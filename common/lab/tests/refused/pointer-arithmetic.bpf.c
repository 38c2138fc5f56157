// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-arithmetic. A pointer into the packet is multiplied. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;

	return (__u64)data * 3 >> 20; /* here */
}

char LICENSE[] SEC("license") = "GPL";
