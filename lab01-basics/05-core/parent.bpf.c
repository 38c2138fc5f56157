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

/* TODO 5: before Linux 5.14 the field __state was called state, and was a long.
 *         Declare a struct task_struct___before_5_14 with that field alone, and
 *         the attribute preserve_access_index.
 */

static __always_inline __u32 state_of(struct task_struct *task)
{
	/* TODO 4: return the field __state.
	 * TODO 5: return the old field where bpf_core_field_exists() says that the
	 *         kernel has no field __state.
	 */
	return 0;
}

SEC("tp/syscalls/sys_enter_write")
int on_write(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *parent = task;

	if (bpf_get_current_pid_tgid() >> 32 != target_pid)
		return 0;

	/* TODO 1: set parent to the process that has made this one: follow real_parent,
	 *         and from there group_leader, with one BPF_CORE_READ().
	 */

	/* TODO 2: set parent_pid: the parent's field tgid. */

	/* TODO 3: copy the parent's field comm, with BPF_CORE_READ_STR_INTO(). */

	parent_state = state_of(parent);
	__sync_fetch_and_add(&calls, 1);
	return 0;
}
