// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. A task that was taken is not given back. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

SEC("tp_btf/sched_process_exit")
int BPF_PROG(prog, struct task_struct *task)
{
	return bpf_task_acquire(task) != NULL; /* here */
}

char LICENSE[] SEC("license") = "GPL";
