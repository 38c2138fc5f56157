// SPDX-License-Identifier: GPL-2.0-only
/* Refused: wrong-argument. A number where a socket must stand. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int prog(struct __sk_buff *skb)
{
	bpf_sk_release((void *)(long)skb->len); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
