// SPDX-License-Identifier: GPL-2.0-only
/* Refused: field-misplaced. The place of the lock varies. */
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
	char *value = bpf_map_lookup_elem(&counts, &key);

	if (!value)
		return 0;
	value += bpf_get_prandom_u32() & 4;
	bpf_spin_lock((void *)value); /* here */
	bpf_spin_unlock((void *)value);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
