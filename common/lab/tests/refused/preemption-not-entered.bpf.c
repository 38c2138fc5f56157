// SPDX-License-Identifier: GPL-2.0-only
/* Refused: region-not-entered. Preemption is put on that is not off. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_preempt_enable(void) __ksym;

SEC("tc")
int prog(struct __sk_buff *skb)
{
	bpf_preempt_enable(); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
