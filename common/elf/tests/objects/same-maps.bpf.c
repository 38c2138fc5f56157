// SPDX-License-Identifier: GPL-2.0-only
/* Loaded as libbpf does: maps of many kinds, static and not, all used. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__uint(key_size, 4);
	__uint(value_size, 8);
} by_length SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(
		value, struct {
			__u64 a;
			__u32 b[3];
		});
} each_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(
		key, struct {
			__u32 bits;
			__u8 data[4];
		});
	__type(value, __u32);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, int);
	__type(value, int);
} events SEC(".maps");

SEC("tc")
int count(struct __sk_buff *skb)
{
	__u32 length = skb->len, zero = 0, *found;
	struct {
		__u32 bits;
		__u8 data[4];
	} key = { 32, { 1, 2, 3, length } };
	__u64 one = 1, *value = bpf_map_lookup_elem(&by_length, &length);

	bpf_map_update_elem(&prefixes, &key, &length, BPF_ANY);
	found = bpf_map_lookup_elem(&prefixes, &key);
	if (value)
		(*value)++;
	else
		bpf_map_update_elem(&by_length, &length, &one, BPF_NOEXIST);
	value = bpf_map_lookup_elem(&each_cpu, &zero);
	if (value)
		(*value)++;
	bpf_perf_event_output(skb, &events, BPF_F_CURRENT_CPU, &one, sizeof(one));
	return (value ? *value : 0) + (found ? *found : 0);
}

char LICENSE[] SEC("license") = "GPL";
