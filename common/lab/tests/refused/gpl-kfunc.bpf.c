// SPDX-License-Identifier: GPL-2.0-only
/* Refused: gpl-only. A kernel function under another licence. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

SEC("tc")
int prog(struct __sk_buff *skb)
{
	bpf_rcu_read_lock(); /* here */
	bpf_rcu_read_unlock();
	return 0;
}

char LICENSE[] SEC("license") = "Proprietary";
