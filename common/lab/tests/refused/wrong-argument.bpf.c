// SPDX-License-Identifier: GPL-2.0-only
/* Refused: memory-expected. A number where the helper takes a pointer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return !bpf_map_lookup_elem(&counts, (void *)8); /* here */
}

char LICENSE[] SEC("license") = "GPL";
