// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports each call of the kernel's function vfs_read by one process, when it
 * returns: which file, how many bytes were asked for, and what became of it.
 * The same tool on two hooks: kprobe and kretprobe, or fexit.
 *
 * So far it counts the calls on the whole machine, and reports none. TODO 1 to 5
 * are yours.
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

/* ---- hook one: a kprobe where the function begins, a kretprobe where it returns ---- */

SEC("kprobe/vfs_read")
int BPF_KPROBE(enter_read) /* TODO 1: the arguments that you need, as in count_read */
{
	/* TODO 2: id = bpf_get_current_pid_tgid(). Return 0 if target_pid is set, and
	 *         this is another process. Fill a struct read_event (asked, pid, name;
	 *         = {} first), and put it into the map begun, under id.
	 *         The name is at file, f_path.dentry, d_name.name.
	 */
	return 0;
}

SEC("kretprobe/vfs_read")
int BPF_KRETPROBE(leave_read, long result)
{
	/* TODO 3: find the call in the map. Not there? Then return 0. Else set its
	 *         result, send it, and delete the entry:
	 *         bpf_ringbuf_output(&events, event, sizeof(*event), 0);
	 */
	return 0;
}

/* ---- hook two: fexit, where the function returns ---- */

SEC("fexit/vfs_read")
int BPF_PROG(exit_read) /* TODO 4: all arguments of vfs_read, then its result */
{
	/* TODO 5: the same record, filled and sent here. No map, and the pointer to
	 *         the file may be followed with ->.
	 */
	return 0;
}
