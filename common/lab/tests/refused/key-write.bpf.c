// SPDX-License-Identifier: GPL-2.0-only
/* Refused: key-write. A callback changes the key. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static long on_entry(void *map, __u32 *key, __u64 *value, void *data)
{
	*key = 1; /* here */
	return 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_for_each_map_elem(&counts, on_entry, NULL, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
