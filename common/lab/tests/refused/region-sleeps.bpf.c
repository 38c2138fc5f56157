// SPDX-License-Identifier: GPL-2.0-only
/* Refused: region-sleeps. A call that may wait, in a protected part. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

SEC("uprobe.s")
int prog(void *ctx)
{
	char bytes[8];

	bpf_rcu_read_lock();
	bpf_copy_from_user(bytes, sizeof(bytes), NULL); /* here */
	bpf_rcu_read_unlock();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
