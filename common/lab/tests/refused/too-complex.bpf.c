// SPDX-License-Identifier: GPL-2.0-only
/* Refused, slowly: too-complex. The loop ends, but not within what the verifier follows. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 sum = 0;

	for (__u32 i = 0; i < 10000000; i++) /* here */
		asm volatile("%0 += %1" : "+r"(sum) : "r"(i));
	return sum ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
