// SPDX-License-Identifier: GPL-2.0-only
/* Refused: special-not-here. A timer in a program for tracing. */
/* From 7.3: accepted. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct value {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct value);
} timers SEC(".maps");

SEC("tp/sched/sched_switch")
int prog(void *ctx) /* here */
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&timers, &key) != NULL;
}

char LICENSE[] SEC("license") = "GPL";
