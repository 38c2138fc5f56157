// SPDX-License-Identifier: GPL-2.0-only
/* Refused: unbounded-offset. The number added to a position in the packet may be negative. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char *data = (void *)(long)ctx->data;
	long offset = (int)ctx->rx_queue_index;

	asm volatile("" : "+r"(offset));
	data += offset; /* here */
	if ((void *)(data + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	return *data;
}

char LICENSE[] SEC("license") = "GPL";
