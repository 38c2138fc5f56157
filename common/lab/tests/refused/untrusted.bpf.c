// SPDX-License-Identifier: GPL-2.0-only
/* Refused: untrusted. A kernel function gets a pointer that was found by following others. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct {
	struct task_struct *last_wakee;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

SEC("tp_btf/sched_process_exit")
int BPF_PROG(prog, struct task_struct *task)
{
	struct task_struct *kept = bpf_task_acquire(task->last_wakee); /* here */

	if (kept)
		bpf_task_release(kept);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
