// SPDX-License-Identifier: GPL-2.0-only
/* expect: it has CO-RE relocations */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

SEC("raw_tp/sys_enter")
int program(struct task_struct *task)
{
	return __builtin_preserve_access_index(&task->pid) != 0;
}

char LICENSE[] SEC("license") = "GPL";
