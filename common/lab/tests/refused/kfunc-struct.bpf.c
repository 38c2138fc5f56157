// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kfunc-argument. A kernel function gets memory of another kind. */
/* Until 6.1: kfunc. */
/* From 7.3: kfunc-not-owned. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

SEC("tp_btf/sched_process_exit")
int prog(void *ctx)
{
	char local[8] = "";

	bpf_task_release((void *)local); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
