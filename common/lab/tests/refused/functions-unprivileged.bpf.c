// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_BPF: not-for-unprivileged. A function in a program of an ordinary user. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int double_it(int n)
{
	asm volatile("" : "+r"(n));
	return n * 2;
}

SEC("socket")
int prog(struct __sk_buff *skb)
{
	return double_it(skb->len); /* here */
}

char LICENSE[] SEC("license") = "GPL";
