// SPDX-License-Identifier: GPL-2.0-only
/* Refused: value-bounds. A member behind the end of the value. */
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
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	if (!count)
		return XDP_PASS;
	return count[1]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
