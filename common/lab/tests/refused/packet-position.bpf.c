// SPDX-License-Identifier: GPL-2.0-only
/* Refused, slowly: packet-position. A loop without an end adds to the position: no check can help. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 *at = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;

	for (;;) {
		if ((void *)(at + 2) > end)
			return XDP_DROP;
		if (at[0] == 0) /* here */
			break;
		at += 8 + at[1] * 8;
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
