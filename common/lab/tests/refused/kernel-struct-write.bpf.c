// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kernel-struct-write. A member of one of the kernel's structs is written. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

SEC("tp_btf/sched_process_exit")
int BPF_PROG(prog, struct task_struct *task)
{
	task->pid = 1; /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
