// SPDX-License-Identifier: GPL-2.0-only
/*
 * Given: programs that "plant" puts onto a cgroup, at the place where packets
 * leave it. They let everything pass, and share the map "ports" with one of
 * gate.bpf.c; and their names.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "planted.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PORTS_MAX);
	__type(key, __u32);
	__type(value, struct entry);
} ports SEC(".maps");

__u64 packets = 0;

static __always_inline int count(void)
{
	__u32 any = 0;

	/* The look-up is what ties the program to the map. */
	if (bpf_map_lookup_elem(&ports, &any))
		return 1;
	__sync_fetch_and_add(&packets, 1);
	return 1;
}

SEC("cgroup_skb/egress")
int gate(struct __sk_buff *skb)
{
	return count();
}

SEC("cgroup_skb/egress")
int guard(struct __sk_buff *skb)
{
	return count();
}

SEC("cgroup_skb/egress")
int policy(struct __sk_buff *skb)
{
	return count();
}
