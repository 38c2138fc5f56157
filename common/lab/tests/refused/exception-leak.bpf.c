// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. An exception leaves a record behind. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

extern void bpf_throw(__u64 cookie) __ksym;

SEC("tc")
int prog(struct __sk_buff *skb)
{
	__u64 *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0); /* here */

	if (!event)
		return 0;
	if (skb->len == 7)
		bpf_throw(0);
	bpf_ringbuf_discard(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
