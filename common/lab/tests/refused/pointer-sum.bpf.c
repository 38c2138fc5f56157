// SPDX-License-Identifier: GPL-2.0-only
/* Refused: pointer-sum. Two pointers are added. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char *data = (void *)(long)ctx->data;
	__u64 end = (long)ctx->data;

	asm volatile("%0 += %1" : "+r"(end) : "r"(data)); /* here */
	return end;
}

char LICENSE[] SEC("license") = "GPL";
