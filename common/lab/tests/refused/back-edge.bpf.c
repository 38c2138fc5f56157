// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_BPF: back-edge. A loop in a program of an ordinary user. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int prog(struct __sk_buff *skb)
{
	__u32 sum = skb->len;

	asm volatile(/* here */
		     "r1 = 0; again: r1 += 1; %0 += r1; if r1 < 10 goto again"
		     : "+r"(sum)
		     :
		     : "r1");
	return sum;
}

char LICENSE[] SEC("license") = "GPL";
