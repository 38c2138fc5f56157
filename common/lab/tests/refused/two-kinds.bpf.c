// SPDX-License-Identifier: GPL-2.0-only
/* Refused: two-kinds. One instruction for two kinds of memory. */
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
	__u32 key = 0;
	void *value = bpf_map_lookup_elem(&counts, &key);
	void *at = ctx;

	if (value && bpf_get_prandom_u32() == 7)
		at = value;
	asm volatile("%0 = *(u32 *)(%0 + 0)" : "+r"(at)); /* here */
	return (long)at;
}

char LICENSE[] SEC("license") = "GPL";
