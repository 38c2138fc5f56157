// SPDX-License-Identifier: GPL-2.0-only
/* Refused: tail-call-callback. A tail call in the function of a loop. */
/* Until 6.18: verifier-bug. */
/* Until 6.12: accepted. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

static int on_round(__u32 index, struct xdp_md **ctx)
{
	bpf_tail_call(*ctx, &programs, 0); /* here */
	return 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_loop(10, on_round, &ctx, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
