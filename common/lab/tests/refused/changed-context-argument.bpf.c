// SPDX-License-Identifier: GPL-2.0-only
/* Refused: changed-context. A call gets a context that was moved. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
int prog(struct __sk_buff *skb)
{
	asm volatile("%0 += 8" : "+r"(skb));
	bpf_skb_pull_data(skb, 0); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
