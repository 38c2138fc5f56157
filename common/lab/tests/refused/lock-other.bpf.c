// SPDX-License-Identifier: GPL-2.0-only
/* Refused: unlock-other. Another lock is given back than was taken. */
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
	__u32 key = 0, other = skb->len & 1;
	struct value *a = bpf_map_lookup_elem(&counts, &key);
	struct value *b = bpf_map_lookup_elem(&counts, &other);

	if (!a || !b)
		return 0;
	bpf_spin_lock(&a->lock);
	bpf_spin_unlock(&b->lock); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
