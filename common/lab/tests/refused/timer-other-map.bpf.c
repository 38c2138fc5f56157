// SPDX-License-Identifier: GPL-2.0-only
/* Refused: timer-map. A timer is set up with the map of another. */
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
} timers SEC(".maps"), others SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct value *value = bpf_map_lookup_elem(&timers, &key);

	if (!value)
		return 0;
	bpf_timer_init(&value->timer, &others, 1); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
