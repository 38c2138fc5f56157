// SPDX-License-Identifier: GPL-2.0-only
/* Refused: tail-call-stack. A tail call below a function with a large stack. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

static __attribute__((noinline)) int next(struct xdp_md *ctx)
{
	bpf_tail_call_static(ctx, &programs, 0);
	return 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx) /* here */
{
	char buffer[400];

	asm volatile("" : : "r"(buffer) : "memory");
	return next(ctx) + buffer[0];
}

char LICENSE[] SEC("license") = "GPL";
