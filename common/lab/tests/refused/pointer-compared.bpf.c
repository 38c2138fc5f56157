// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: pointer-compared. Two pointers into different memory are compared. */
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
	asm volatile("r1 = %0; r2 = r10; if r1 > r2 goto +0" : : "r"(ctx) : "r1", "r2"); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
