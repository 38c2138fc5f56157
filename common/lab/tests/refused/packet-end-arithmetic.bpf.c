// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-end-arithmetic. A number is taken from data_end. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char *data = (void *)(long)ctx->data;
	char *end = (void *)(long)ctx->data_end;

	asm volatile("" : "+r"(end));
	if (data > end - 14) /* here */
		return XDP_PASS;
	return data[0];
}

char LICENSE[] SEC("license") = "GPL";
