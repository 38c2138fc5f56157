// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * perf_event_open(), for programs on tracepoints, probes and clocks, and for perf
 * buffers. It comes here only where the policy has such programs; their lessons run
 * in a virtual machine, for they see all of it.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

/* The number that this kernel has given to a kind of events, or -1. */
static long event_type(const char *name)
{
	char path[64];
	long type = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", name);
	f = fopen(path, "re");
	if (f && fscanf(f, "%ld", &type) != 1)
		type = -1;
	if (f)
		fclose(f);
	return type;
}

static bool has(struct call *c, enum bpf_prog_type type)
{
	return c->broker->policy->types[type];
}

/* A probe on a function of the kernel, by name. Its address is the kernel's to know. */
static long take_kprobe(struct call *c, const struct perf_event_attr *in,
			struct perf_event_attr *attr)
{
	char *name = call_buffer(c, 128);
	int err;

	attr->config = in->config;
	attr->config2 = in->config2;
	if (!in->config1 || !name)
		return -EINVAL;
	err = call_string(c, in->config1, name, 128);
	attr->config1 = (uintptr_t)name;
	return err;
}

/*
 * What may be counted. Not: what samples would show of other processes, or of the kernel;
 * so of the many settings only these arrive.
 */
static long take_event(struct call *c, const struct perf_event_attr *in,
		       struct perf_event_attr *attr)
{
	attr->type = in->type;
	attr->config = in->config;
	if (in->type == PERF_TYPE_TRACEPOINT && has(c, BPF_PROG_TYPE_TRACEPOINT))
		return 0;
	if (in->type == PERF_TYPE_SOFTWARE && in->config == PERF_COUNT_SW_BPF_OUTPUT) {
		attr->sample_type = in->sample_type & PERF_SAMPLE_RAW;
		attr->sample_period = in->sample_period;
		attr->watermark = in->watermark;
		attr->wakeup_events = in->wakeup_events;
		return 0;
	}
	if ((in->type == PERF_TYPE_SOFTWARE || in->type == PERF_TYPE_HARDWARE) &&
	    has(c, BPF_PROG_TYPE_PERF_EVENT)) {
		attr->sample_period = in->sample_period;
		attr->freq = in->freq;
		return 0;
	}
	if (has(c, BPF_PROG_TYPE_KPROBE) && in->type == event_type("kprobe"))
		return take_kprobe(c, in, attr);
	return call_deny(c, "perf events of type %u are not allowed in this lesson", in->type);
}

/*
 * Process numbers are those of the sandbox: only "everything" (-1) and the caller (0)
 * need no translation.
 */
long broker_perf_event(struct call *c, int *fd)
{
	const __u64 *args = c->req->data.args;
	struct perf_event_attr in = {}, attr = { .size = sizeof(attr) };
	int pid = (int)args[1], cpu = (int)args[2], group = (int)args[3];
	__u32 size;
	long err;

	if (call_read(c, args[0] + offsetof(struct perf_event_attr, size), &size, sizeof(size)))
		return -EFAULT;
	if (!size)
		size = PERF_ATTR_SIZE_VER0;
	if (call_read(c, args[0], &in, size < sizeof(in) ? size : sizeof(in)))
		return -EFAULT;
	err = take_event(c, &in, &attr);
	if (err)
		return err;
	if (group != -1 || (pid != -1 && pid != 0))
		return call_deny(c, "perf events of other processes are not allowed here");
	if (pid == 0)
		pid = c->req->pid;
	err = syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (err < 0)
		return -errno;
	/* The caller's number may have become another process's. */
	if (seccomp_notify_id_valid(c->broker->listener, c->req->id)) {
		close((int)err);
		return -ESRCH;
	}
	*fd = (int)err;
	return 0;
}
