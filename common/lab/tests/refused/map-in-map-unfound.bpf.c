// SPDX-License-Identifier: GPL-2.0-only
/* Refused: null-argument. The inner map is used without a check. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { &first } };

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	void *map = bpf_map_lookup_elem(&outer, &key);

	return bpf_map_lookup_elem(map, &key) ? XDP_PASS : XDP_DROP; /* here */
}

char LICENSE[] SEC("license") = "GPL";
