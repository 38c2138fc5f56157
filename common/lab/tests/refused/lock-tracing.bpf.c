// SPDX-License-Identifier: GPL-2.0-only
/* Refused: special-not-here. A lock in a program for tracing. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct value {
	struct bpf_spin_lock lock;
	__u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct value);
} counts SEC(".maps");

SEC("tp/sched/sched_switch")
int prog(void *ctx) /* here */
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&counts, &key) != NULL;
}

char LICENSE[] SEC("license") = "GPL";
