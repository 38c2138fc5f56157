// SPDX-License-Identifier: GPL-2.0-only
/* Refused: core-missing. A field that no kernel has. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct {
	int no_such_field;
} __attribute__((preserve_access_index));

SEC("tracepoint/syscalls/sys_enter_write")
int prog(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, no_such_field); /* here */
}

char LICENSE[] SEC("license") = "GPL";
