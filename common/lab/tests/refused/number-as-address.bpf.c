// SPDX-License-Identifier: GPL-2.0-only
/* Refused: number-as-address. A number is used as an address. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 *address = (void *)(long)ctx->rx_queue_index;

	return *address; /* here */
}

char LICENSE[] SEC("license") = "GPL";
