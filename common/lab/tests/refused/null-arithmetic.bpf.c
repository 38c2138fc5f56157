// SPDX-License-Identifier: GPL-2.0-only
/* Refused: null-arithmetic. A member of what may be NULL. */
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
	__u32 key = 0;
	char *value = bpf_map_lookup_elem(&counts, &key);

	asm volatile("%0 += 4" : "+r"(value)); /* here */
	return value ? *value : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
