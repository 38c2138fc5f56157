// SPDX-License-Identifier: GPL-2.0-only
/* Refused: helper-not-here. A helper that only few kernel functions may be probed with. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct path;
struct task_struct;

SEC("tp_btf/sched_process_exit")
int BPF_PROG(prog, struct task_struct *task)
{
	char name[16];

	return bpf_d_path((struct path *)task, name, sizeof(name)); /* here */
}

char LICENSE[] SEC("license") = "GPL";
