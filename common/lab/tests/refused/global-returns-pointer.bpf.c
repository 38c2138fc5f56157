// SPDX-License-Identifier: GPL-2.0-only
/* Refused: global-return. A global function returns a pointer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

__attribute__((noinline)) __u64 *find(__u32 key) /* Until 6.1: here */
{
	return bpf_map_lookup_elem(&counts, &key);
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return find(0) ? XDP_PASS : XDP_DROP; /* here */
}

char LICENSE[] SEC("license") = "GPL";
