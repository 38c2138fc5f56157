// SPDX-License-Identifier: GPL-2.0-only
/* Refused: flow-keys. Behind the end of the flow keys. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("flow_dissector")
int prog(struct __sk_buff *skb)
{
	__u32 *keys = (void *)skb->flow_keys;

	return keys[32] ? BPF_OK : BPF_DROP; /* here */
}

char LICENSE[] SEC("license") = "GPL";
