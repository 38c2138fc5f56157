// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends a record for each write and each close of one process: of a write its
 * data as well. What finds no room is counted.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "tap.h"

char LICENSE[] SEC("license") = "GPL";

/* The process to watch. The loader sets it. */
const volatile pid_t target_pid = 0;

/* Records that found no room. The loader prints it. */
__u64 dropped = 0;

/* One page, the smallest there is, so that you see it full. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

/* close(fd): a record of a fixed size. */
SEC("tp/syscalls/sys_enter_close")
int on_close(struct trace_event_raw_sys_enter *ctx)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct event *event;

	if (pid != target_pid)
		return 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&dropped, 1);
		return 0;
	}
	event->kind = TAP_CLOSE;
	event->pid = pid;
	event->fd = ctx->args[0];
	event->length = 0;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* write(fd, address, length): a record as long as the data. */
SEC("tp/syscalls/sys_enter_write")
int on_write(struct trace_event_raw_sys_enter *ctx)
{
	const void *address = (const void *)ctx->args[1];
	__u32 length = ctx->args[2];
	struct write_event event = { .head.kind = TAP_WRITE };

	event.head.pid = bpf_get_current_pid_tgid() >> 32;
	if (event.head.pid != target_pid)
		return 0;
	event.head.fd = ctx->args[0];
	if (length > DATA_MAX)
		length = DATA_MAX;
	event.head.length = length;
	bpf_probe_read_user(event.data, length, address);
	if (bpf_ringbuf_output(&events, &event, sizeof(event.head) + length, 0))
		__sync_fetch_and_add(&dropped, 1);
	return 0;
}
