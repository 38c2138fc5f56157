// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kfunc-not-allowed. A kernel function that XDP programs cannot call. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct __sk_buff;

extern int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *ptr) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct bpf_dynptr dynptr;

	bpf_dynptr_from_skb((void *)ctx, 0, &dynptr); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
