// SPDX-License-Identifier: GPL-2.0-only
/* Refused, slowly: too-complex. The number of rounds is only known when it runs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 rounds = ctx->rx_queue_index, sum = 0;

	for (__u32 i = 0; i < rounds; i++) /* here */
		asm volatile("%0 += %1" : "+r"(sum) : "r"(i));
	return sum;
}

char LICENSE[] SEC("license") = "GPL";
