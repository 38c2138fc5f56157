// SPDX-License-Identifier: GPL-2.0-only
/* Refused: map-type. An array where a map of devices must stand. */
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
	return bpf_redirect_map(&counts, 0, 0); /* here */
}

char LICENSE[] SEC("license") = "GPL";
