// SPDX-License-Identifier: GPL-2.0-only
/* Refused: wrong-struct. A call gets another one of the kernel's structs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct {
	struct mm_struct *mm;
} __attribute__((preserve_access_index));

SEC("tp_btf/sched_process_exit")
int BPF_PROG(prog, struct task_struct *task)
{
	return bpf_task_pt_regs((void *)task->mm) != 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
