// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: unset-stack. A helper reads a key that was not set. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 16);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 key[2];

	asm volatile("" : : "r"(key) : "memory");
	return !bpf_map_lookup_elem(&counts, key); /* here */
}

char LICENSE[] SEC("license") = "GPL";
