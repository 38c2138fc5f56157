// SPDX-License-Identifier: GPL-2.0-only
/* Refused: callback-return. The function of a timer returns something else than 0. */
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

static int on_timer(void *map, __u32 *key, struct value *value)
{
	return *key + 1; /* here */
}

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct value *value = bpf_map_lookup_elem(&timers, &key);

	if (!value)
		return 0;
	bpf_timer_set_callback(&value->timer, on_timer);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
