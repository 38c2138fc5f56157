// SPDX-License-Identifier: GPL-2.0-only
/* Refused: zero-size. The size of a copy may be 0. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char buffer[16];
	__u32 size = ctx->rx_queue_index;

	asm volatile("" : "+r"(size));
	if (size > sizeof(buffer))
		return XDP_DROP;
	return bpf_xdp_load_bytes(ctx, 0, buffer, size); /* here */
}

char LICENSE[] SEC("license") = "GPL";
