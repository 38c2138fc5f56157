// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Probes of tracing hooks: in the kernel, and in user programs. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/ns.h"
#include "testenv/probe.h"

/* A function made to be traced, in every kernel that can test programs. */
#define TRACED "bpf_fentry_test1"

static long read_number(const char *path)
{
	long number = -ENODATA;
	FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	if (fscanf(f, "%ld", &number) != 1)
		number = -ENODATA;
	fclose(f);
	return number;
}

/* Opens the event and attaches a program of that type to it. */
static int attach_perf(enum bpf_prog_type type, struct perf_event_attr *attr, pid_t pid, int cpu)
{
	int prog = probe_load(type, 0, NULL);
	int event;

	if (prog < 0)
		return prog;
	attr->size = sizeof(*attr);
	attr->sample_period = attr->sample_period ?: 1;
	event = syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return -errno;
	if (ioctl(event, PERF_EVENT_IOC_SET_BPF, prog) || ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	return 0;
}

int probe_tracepoint(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	long id;

	ns_tracefs();
	id = read_number(TRACEFS "/events/syscalls/sys_enter_getpid/id");
	if (id < 0)
		return id;
	attr.config = id;
	return attach_perf(BPF_PROG_TYPE_TRACEPOINT, &attr, -1, 0);
}

int probe_raw_tp(void)
{
	int prog = probe_load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, NULL);

	if (prog < 0)
		return prog;
	return bpf_raw_tracepoint_open("sched_process_exit", prog) < 0 ? -errno : 0;
}

/* Programs that attach to what their BTF id names. */
static int attach_btf(enum bpf_prog_type type, enum bpf_attach_type attach, const char *name)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach);
	int id = libbpf_find_vmlinux_btf_id(name, attach);
	int prog;

	if (id < 0)
		return id;
	opts.attach_btf_id = id;
	prog = probe_load(type, 0, &opts);
	if (prog < 0)
		return prog;
	return bpf_raw_tracepoint_open(NULL, prog) < 0 ? -errno : 0;
}

int probe_tp_btf(void)
{
	return attach_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "sched_process_exit");
}

int probe_fentry(void)
{
	return attach_btf(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, TRACED);
}

/* Attaching works even when the kernel was booted without lsm=...,bpf. */
static int lsm_is_on(void)
{
	char text[256] = "";
	FILE *f;

	mount("testenv", "/sys/kernel/security", "securityfs", 0, NULL);
	f = fopen("/sys/kernel/security/lsm", "re");
	if (!f)
		return -errno;
	if (!fgets(text, sizeof(text), f))
		text[0] = '\0';
	fclose(f);
	return strstr(text, "bpf") ? 0 : -EOPNOTSUPP;
}

int probe_lsm(void)
{
	int err = attach_btf(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, "file_open");

	return err ? err : lsm_is_on();
}

int probe_kprobe(void)
{
	struct perf_event_attr attr = { .config1 = (__u64)(unsigned long)TRACED };
	long type = read_number("/sys/bus/event_source/devices/kprobe/type");

	if (type < 0)
		return type;
	attr.type = type;
	return attach_perf(BPF_PROG_TYPE_KPROBE, &attr, -1, 0);
}

int probe_kprobe_multi(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_TRACE_KPROBE_MULTI);
	const char *symbols[] = { TRACED };
	LIBBPF_OPTS(bpf_link_create_opts, link, .kprobe_multi.syms = symbols,
		    .kprobe_multi.cnt = 1);
	int prog = probe_load(BPF_PROG_TYPE_KPROBE, 0, &load);

	if (prog < 0)
		return prog;
	return bpf_link_create(prog, 0, BPF_TRACE_KPROBE_MULTI, &link) < 0 ? -errno : 0;
}

/* The place of an address in the file that it was mapped from, or 0. */
static unsigned long file_offset(unsigned long address)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long start, end, offset, found = 0;
	char *line = NULL;
	size_t room = 0;

	while (f && !found && getline(&line, &room, f) > 0)
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) == 3 &&
		    address >= start && address < end)
			found = address - start + offset;
	free(line);
	if (f)
		fclose(f);
	return found;
}

int probe_uprobe(void)
{
	struct perf_event_attr attr = {
		.config1 = (__u64)(unsigned long)"/proc/self/exe",
		.config2 = file_offset((unsigned long)probe_uprobe),
	};
	long type = read_number("/sys/bus/event_source/devices/uprobe/type");

	if (type < 0)
		return type;
	attr.type = type;
	return attach_perf(BPF_PROG_TYPE_KPROBE, &attr, getpid(), -1);
}

int probe_perf_event(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 1000000,
	};

	return attach_perf(BPF_PROG_TYPE_PERF_EVENT, &attr, getpid(), -1);
}
