// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kfunc-argument. A kernel function gets a local variable for the context. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_dynptr_from_xdp(struct xdp_md *ctx, __u64 flags, struct bpf_dynptr *ptr) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct bpf_dynptr dynptr;
	struct xdp_md copy = { .data = 1 };

	bpf_dynptr_from_xdp(&copy, 0, &dynptr); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
