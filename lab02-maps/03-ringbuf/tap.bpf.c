// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends a record for each write and each close of one process: of a write its
 * data as well. What finds no room is counted.
 *
 * So far it fills in the record of a write, and sends nothing. TODO 1 to 6 are
 * yours.
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
	/* TODO 1: return 0 when the caller is not target_pid. Then reserve room
	 *         for one struct event.
	 */

	/* TODO 2: no room? Count it in dropped, and return 0. */

	/* TODO 3: fill in all four fields (the descriptor is ctx->args[0]), and
	 *         submit.
	 */
	return 0;
}

/* write(fd, address, length): a record as long as the data. */
SEC("tp/syscalls/sys_enter_write")
int on_write(struct trace_event_raw_sys_enter *ctx)
{
	__u32 length = ctx->args[2];
	struct write_event event = { .head.kind = TAP_WRITE };

	event.head.pid = bpf_get_current_pid_tgid() >> 32;
	if (event.head.pid != target_pid)
		return 0;
	event.head.fd = ctx->args[0];
	event.head.length = length;

	/* TODO 4: copy the data into event.data, with bpf_probe_read_user(): from
	 *         the address ctx->args[1], length bytes, at most DATA_MAX.
	 */

	/* TODO 5: send the record with bpf_ringbuf_output(): the head and the
	 *         data, and no byte more.
	 */

	/* TODO 6: it could not be sent? Count it in dropped. */
	return 0;
}
