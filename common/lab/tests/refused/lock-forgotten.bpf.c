// SPDX-License-Identifier: GPL-2.0-only
/* Refused: lock-not-released. One way out keeps the lock. */
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

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct value *value = bpf_map_lookup_elem(&counts, &key);

	if (!value)
		return 0;
	bpf_spin_lock(&value->lock);
	value->count += 1;
	if (value->count == 7)
		return 0;
	bpf_spin_unlock(&value->lock);
	return 0;
} /* here */

char LICENSE[] SEC("license") = "GPL";
