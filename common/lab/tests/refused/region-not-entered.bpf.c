// SPDX-License-Identifier: GPL-2.0-only
/* Refused: region-not-entered. A protected part of the program is left twice. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

SEC("tc")
int prog(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	bpf_rcu_read_unlock(); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
