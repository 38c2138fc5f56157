// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports each call of open, openat and openat2 by one process, when it
 * returns: with the path that was asked for, and what became of it.
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
	__u64 id = bpf_get_current_pid_tgid();
	struct call call = { .address = address };

	if (id >> 32 != target_pid)
		return 0;
	call.event.pid = id >> 32;
	bpf_probe_read_user_str(call.event.path, PATH_LEN, address);
	bpf_map_update_elem(&calls, &id, &call, BPF_ANY);
	return 0;
}

/* The call of this thread returns: completes the record, and sends it. */
static __always_inline int leave(long result)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct call *call = bpf_map_lookup_elem(&calls, &id);

	if (!call)
		return 0;
	if (!call->event.path[0])
		bpf_probe_read_user_str(call->event.path, PATH_LEN, call->address);
	call->event.result = result;
	bpf_ringbuf_output(&events, &call->event, sizeof(call->event), 0);
	bpf_map_delete_elem(&calls, &id);
	return 0;
}

SEC("tp/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *ctx)
{
	__sync_fetch_and_add(&openat_calls, 1);
	return enter((const char *)ctx->args[1]);
}

SEC("tp/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

SEC("tp/syscalls/sys_enter_openat2")
int enter_openat2(struct trace_event_raw_sys_enter *ctx)
{
	return enter((const char *)ctx->args[1]);
}

SEC("tp/syscalls/sys_exit_openat2")
int exit_openat2(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}

#ifdef __x86_64__ /* processors that came later, such as arm64, have no open */
SEC("tp/syscalls/sys_enter_open")
int enter_open(struct trace_event_raw_sys_enter *ctx)
{
	return enter((const char *)ctx->args[0]);
}

SEC("tp/syscalls/sys_exit_open")
int exit_open(struct trace_event_raw_sys_exit *ctx)
{
	return leave(ctx->ret);
}
#endif
