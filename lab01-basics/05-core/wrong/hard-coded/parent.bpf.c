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

/* Looked up on a machine with Debian's kernel 6.1. */
#define STATE	     24
#define REAL_PARENT  2432
#define GROUP_LEADER 2480
#define TGID	     2420
#define COMM	     2976

#define READ(destination, base, offset) \
	bpf_probe_read_kernel(&(destination), sizeof(destination), (void *)(base) + (offset))

static __always_inline __u32 state_of(struct task_struct *task)
{
	__u32 state = 0;

	READ(state, task, STATE);
	return state;
}

SEC("tp/syscalls/sys_enter_write")
int on_write(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *parent = NULL;

	if (bpf_get_current_pid_tgid() >> 32 != target_pid)
		return 0;

	/* Any thread may have made the process; its first thread stands for all. */
	READ(parent, task, REAL_PARENT);
	READ(parent, parent, GROUP_LEADER);
	READ(parent_pid, parent, TGID);
	READ(parent_comm, parent, COMM);
	parent_state = state_of(parent);

	__sync_fetch_and_add(&calls, 1);
	return 0;
}
