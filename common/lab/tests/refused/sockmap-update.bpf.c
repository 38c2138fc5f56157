// SPDX-License-Identifier: GPL-2.0-only
/* Refused: sockmap-update. A program that must not, changes a map of sockets. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

SEC("cgroup_skb/egress")
int prog(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return 1;
	bpf_map_update_elem(&sockets, &key, sk, 0); /* here */
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
