// SPDX-License-Identifier: GPL-2.0-only
/* Refused: context-expected. A call that must have the context gets something else. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u64 local = 0;

	return bpf_skb_pull_data((void *)&local, 0); /* here */
}

char LICENSE[] SEC("license") = "GPL";
