// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kernel-struct-bounds. Behind the end of one of the kernel's structs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct;

SEC("tp_btf/sched_process_exit")
int BPF_PROG(prog, struct task_struct *task)
{
	return *(int *)((char *)task + 0x7000); /* here */
}

char LICENSE[] SEC("license") = "GPL";
