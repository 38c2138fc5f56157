// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports each call of the kernel's function vfs_read by one process, when it
 * returns: which file, how many bytes were asked for, and what became of it.
 * The same tool on two hooks: kprobe and kretprobe, or fexit.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "reads.h"

char LICENSE[] SEC("license") = "GPL";

/* The process to report; 0: all. The loader sets it. */
const volatile pid_t target_pid = 0;

/* How often anybody on this machine called vfs_read. */
__u64 machine_reads = 0;

/* Calls that have begun and not returned yet. Only the kprobe needs it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, struct read_event);
} begun SEC(".maps");

/* The queue to the loader, which prints what comes. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Given: an fentry program, with the function's first three arguments. */
SEC("fentry/vfs_read")
int BPF_PROG(count_read, struct file *file, char *buf, size_t count)
{
	__sync_fetch_and_add(&machine_reads, 1);
	return 0;
}

SEC("kprobe/vfs_read")
int BPF_KPROBE(enter_read, struct file *file, char *buf, size_t count)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct read_event event = { .asked = count, .pid = id >> 32 };
	const unsigned char *name = BPF_CORE_READ(file, f_path.dentry, d_name.name);

	if (target_pid && event.pid != target_pid)
		return 0;
	bpf_probe_read_kernel_str(event.name, NAME_LEN, name);
	bpf_map_update_elem(&begun, &id, &event, BPF_ANY);
	return 0;
}

SEC("kretprobe/vfs_read")
int BPF_KRETPROBE(leave_read, unsigned int result)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct read_event *event = bpf_map_lookup_elem(&begun, &id);

	if (!event)
		return 0;
	event->result = result;
	bpf_ringbuf_output(&events, event, sizeof(*event), 0);
	bpf_map_delete_elem(&begun, &id);
	return 0;
}

SEC("fexit/vfs_read")
int BPF_PROG(exit_read, struct file *file, char *buf, size_t count, loff_t *pos, long result)
{
	struct read_event event = { .asked = count, .result = result };

	event.pid = bpf_get_current_pid_tgid() >> 32;
	if (target_pid && event.pid != target_pid)
		return 0;
	bpf_probe_read_kernel_str(event.name, NAME_LEN, file->f_path.dentry->d_name.name);
	bpf_ringbuf_output(&events, &event, sizeof(event), 0);
	return 0;
}
