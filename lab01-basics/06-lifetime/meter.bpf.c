// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel side of lesson 01/06: counts the packets that the processes of a cgroup
 * send. Two versions of the same program; they share the map. Given: the lesson's
 * work is in the loader.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "meter.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct traffic);
} traffic SEC(".maps");

/* Version 1. */
SEC("cgroup_skb/egress")
int count_packets(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct traffic *sum = bpf_map_lookup_elem(&traffic, &zero);

	if (sum)
		__sync_fetch_and_add(&sum->packets, 1);
	return 1; /* 0 would drop the packet */
}

/* Version 2. */
SEC("cgroup_skb/egress")
int count_bytes(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct traffic *sum = bpf_map_lookup_elem(&traffic, &zero);

	if (sum) {
		__sync_fetch_and_add(&sum->packets, 1);
		__sync_fetch_and_add(&sum->bytes, skb->len);
	}
	return 1;
}
