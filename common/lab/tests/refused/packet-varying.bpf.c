// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-bounds. The position is checked before a number that varies is added to it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	__u64 offset;

	if ((void *)(data + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	offset = data[0];
	asm volatile("" : "+r"(offset));
	return data[offset]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
