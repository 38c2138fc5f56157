// SPDX-License-Identifier: GPL-2.0-only
/* Refused: socket-field. Behind the end of a socket. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int prog(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return 0;
	sk = bpf_sk_fullsock(sk);
	if (!sk)
		return 0;
	return ((__u32 *)sk)[64]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
