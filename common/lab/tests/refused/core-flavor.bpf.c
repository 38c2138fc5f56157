// SPDX-License-Identifier: GPL-2.0-only
/* Refused: core-missing. The offset of the field is computed among the instructions of another line. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct {
	int tgid;
} __attribute__((preserve_access_index));

struct task_struct___of_nobody {
	int no_such_field;
} __attribute__((preserve_access_index));

int first, second;

static __always_inline int look(void *task)
{
	struct task_struct___of_nobody *nobody = task;

	return BPF_CORE_READ(nobody, no_such_field); /* here */
}

SEC("tracepoint/syscalls/sys_enter_write")
int prog(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	first = BPF_CORE_READ(task, tgid);
	second = look(task);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
