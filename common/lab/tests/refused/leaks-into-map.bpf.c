// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: address-leak. A pointer is stored in a map. */
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
	__u64 *value = bpf_map_lookup_elem(&counts, &key);

	if (!value)
		return XDP_PASS;
	*value = (long)ctx; /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
