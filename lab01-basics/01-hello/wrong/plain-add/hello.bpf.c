// SPDX-License-Identifier: GPL-2.0-only
/* Lesson 1, kernel side: report every program that starts, and count the
 * write(2) calls of one process.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "hello.h"

/* The kernel lends some helpers only to programs under the GPL. */
char LICENSE[] SEC("license") = "GPL";

/* Set by the loader before the program is loaded, constant from then on. */
const volatile pid_t target_pid = 0;

/* Lives in the kernel while the program is loaded; the loader reads it. */
__u64 calls = 0;

/* ---- given: every program that starts ------------------------------------ */

/* A queue from the kernel to the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* The section name says where the program is to be attached. */
SEC("tp/sched/sched_process_exec")
int on_exec(struct trace_event_raw_sched_process_exec *ctx)
{
	struct exec_event *e;

	/* The queue may be full: then this event is lost, never the kernel. */
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (!e)
		return 0;

	e->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	/* The low half of __data_loc_filename is the name's offset in ctx. */
	bpf_probe_read_kernel_str(e->filename, sizeof(e->filename),
				  (void *)ctx + (ctx->__data_loc_filename & 0xffff));

	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* ---- yours: count the write(2) calls of the process target_pid ------------ */

SEC("tp/syscalls/sys_enter_write")
int on_write(void *ctx)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;

	if (pid != target_pid)
		return 0;

	calls++;
	return 0;
}
