// SPDX-License-Identifier: GPL-2.0-only
/* Refused: tail-call-map. A tail call through an array of numbers. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &counts, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
