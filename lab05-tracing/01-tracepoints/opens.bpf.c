// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports each call of open, openat and openat2 by one process, when it
 * returns: with the path that was asked for, and what became of it.
 *
 * So far it counts the calls of openat on the whole machine, and reports none.
 * TODO 1 to 6 are yours.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "opens.h"

char LICENSE[] SEC("license") = "GPL";

/* The process to report; 0: all. The loader sets it. */
const volatile pid_t target_pid = 0;

/* How often anybody on this machine called openat. */
__u64 openat_calls = 0;

/* A call that has begun and not returned yet. */
struct call {
	const char *address; /* where the process has the path */
	struct open_event event;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, struct call);
} calls SEC(".maps");

/* The queue to the loader, which prints what comes. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* A call begins: keeps in the map what is known now. */
static __always_inline int enter(const char *address)
{
	/* TODO 2: id = bpf_get_current_pid_tgid(). Return 0 if target_pid is set,
	 *         and this is another process.
	 */

	/* TODO 3: fill a struct call (= {} first, so that nothing in it is left to
	 *         chance): address, event.pid, and the path, read into event.path.
	 *         Put it into the map, under id.
	 */
	return 0;
}

/* The call of this thread returns: completes the record, and sends it. */
static __always_inline int leave(long result)
{
	/* TODO 4: find the call in the map. Not there? Then return 0. Else set
	 *         event.result, send the event, and delete the entry:
	 *         bpf_ringbuf_output(&events, &call->event, sizeof(call->event), 0);
	 */

	/* TODO 5: before you send it: if the path is still empty, read it again. */
	return 0;
}

SEC("tp/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	__sync_fetch_and_add(&openat_calls, 1);
	/* TODO 1: hand over the path's address instead of NULL. Which of ctx->args is
	 *         it? The format file says so.
	 */
	return enter(NULL);
}

SEC("tp/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

/* TODO 6: the same for openat2 and, on x86-64, for open. */
