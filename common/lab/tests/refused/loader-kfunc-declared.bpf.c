// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kfunc-declared. A kernel function is declared with other arguments. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_rcu_read_lock(int number) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_rcu_read_lock(7);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
