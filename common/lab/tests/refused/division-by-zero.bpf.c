// SPDX-License-Identifier: GPL-2.0-only
/* Refused: division-by-zero. The constant 0 as a divisor. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 value = ctx->rx_queue_index;

	asm volatile("%0 /= 0" : "+r"(value)); /* here */
	return value;
}

char LICENSE[] SEC("license") = "GPL";
