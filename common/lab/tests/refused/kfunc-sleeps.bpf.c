// SPDX-License-Identifier: GPL-2.0-only
/* Refused: sleepable. A kernel function that may wait, in a program that must not. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_copy_from_user_str(void *to, __u32 size, const void *from, __u64 flags) __ksym;

SEC("tp_btf/sched_process_exit")
int prog(void *ctx)
{
	char text[8];

	return bpf_copy_from_user_str(text, sizeof(text), NULL, 0); /* here */
}

char LICENSE[] SEC("license") = "GPL";
