// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. A socket that was found is not given back. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int prog(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = { .ipv4.dport = 80 };
	struct bpf_sock *sk;

	sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), -1, 0); /* here */
	return sk != NULL;
}

char LICENSE[] SEC("license") = "GPL";
