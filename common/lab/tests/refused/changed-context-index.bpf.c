// SPDX-License-Identifier: GPL-2.0-only
/* Refused: changed-context. A field of the context by an index. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u32 index = bpf_get_prandom_u32() & 3;

	return *(volatile __u32 *)((char *)skb->cb + index * 4); /* here */
}

char LICENSE[] SEC("license") = "GPL";
