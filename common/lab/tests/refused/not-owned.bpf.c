// SPDX-License-Identifier: GPL-2.0-only
/* Refused: not-owned. What was not taken is given back. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int prog(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return 0;
	bpf_sk_release(sk); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
