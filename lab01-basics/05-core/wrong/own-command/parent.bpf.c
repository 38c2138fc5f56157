// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each time the process target_pid calls write(2): who is its parent, and what
 * is the parent doing? Only the last answer is kept. The answers are in structs
 * of the kernel, which are not the same in all kernels.
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* Set by the loader before the program is loaded. */
const volatile pid_t target_pid = 0;

/* What the last call has found. The loader prints it. */
__u64 calls = 0;
pid_t parent_pid = 0;
char parent_comm[16] = ""; /* the command, as ps shows it */
__u32 parent_state = 0;	   /* 0 runs, 1 waits...: parent.c has them all */

/* Before Linux 5.14 the field __state was called state, and was a long. */
struct task_struct___before_5_14 {
	long state;
} __attribute__((preserve_access_index));

static __always_inline __u32 state_of(struct task_struct *task)
{
	struct task_struct___before_5_14 *old = (void *)task;

	/* Known when the program is loaded: the other way is dead code then. */
	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ(old, state);
}

SEC("tp/syscalls/sys_enter_write")
int on_write(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *parent;

	if (bpf_get_current_pid_tgid() >> 32 != target_pid)
		return 0;

	/* Any thread may have made the process; its first thread stands for all. */
	parent = BPF_CORE_READ(task, real_parent, group_leader);
	parent_pid = BPF_CORE_READ(parent, tgid);
	BPF_CORE_READ_STR_INTO(&parent_comm, task, comm);
	parent_state = state_of(parent);

	__sync_fetch_and_add(&calls, 1);
	return 0;
}
