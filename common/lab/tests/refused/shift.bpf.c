// SPDX-License-Identifier: GPL-2.0-only
/* Refused: shift. A shift by more bits than there are. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 value = ctx->rx_queue_index;

	asm volatile("%0 <<= 64" : "+r"(value)); /* here */
	return value;
}

char LICENSE[] SEC("license") = "GPL";
