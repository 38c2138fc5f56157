// SPDX-License-Identifier: GPL-2.0-only
/* Refused: no-such-field. The value has no lock in it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct bpf_spin_lock *lock = bpf_map_lookup_elem(&counts, &key);

	if (!lock)
		return 0;
	bpf_spin_lock(lock); /* here */
	bpf_spin_unlock(lock);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
