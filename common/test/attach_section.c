// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Tracepoints, kprobes and the kernel's functions, by the words of SEC() (attach_section.h). */
#include "common/test/attach_section.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "common/test/labctl.h"

#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe"

static int type_of(int prog)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(prog, &info, &size) ? -1 : (int)info.type;
}

bool attach_by_itself(int prog)
{
	switch (type_of(prog)) {
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
	case BPF_PROG_TYPE_KPROBE:
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_LSM:
		return true;
	}
	return false;
}

static int open_event(struct perf_event_attr *attr)
{
	int fd;

	attr->size = sizeof(*attr);
	/* As libbpf has it: of no process, on the first CPU, which means everywhere. */
	fd = syscall(SYS_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int link_event(int prog, int event)
{
	int link;

	if (event < 0)
		return event;
	link = bpf_link_create(prog, event, BPF_PERF_EVENT, NULL);
	if (link < 0)
		link = -errno;
	else if (ioctl(event, PERF_EVENT_IOC_ENABLE, 0)) {
		close(link);
		link = -errno;
	}
	close(event);
	return link;
}

/* A number in a file of the kernel's. */
static long read_number(const char *path, const char *format)
{
	FILE *file = fopen(path, "re");
	long number;

	if (!file)
		return -errno;
	if (fscanf(file, format, &number) != 1)
		number = -EINVAL;
	fclose(file);
	return number;
}

/* "tp/CATEGORY/NAME" */
static int attach_tracepoint(int prog, const char *section)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	const char *place = strchr(section, '/');
	char path[PATH_MAX];
	long id;

	if (!place || !strchr(place + 1, '/') || strstr(place, ".."))
		return -EINVAL;
	snprintf(path, sizeof(path), "/sys/kernel/tracing/events%s/id", place);
	id = read_number(path, "%ld");
	if (id < 0) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/tracing/events%s/id", place);
		id = read_number(path, "%ld");
	}
	if (id < 0)
		return id;
	attr.config = id;
	return link_event(prog, open_event(&attr));
}

/* "kprobe/FUNCTION[+OFFSET]", "kretprobe/FUNCTION" */
static int attach_kprobe(int prog, const char *section)
{
	struct perf_event_attr attr = {};
	const char *place = strchr(section, '/');
	long type = read_number(KPROBE_PMU "/type", "%ld");
	char function[128];
	long bit = 0;

	if (!place)
		return -EINVAL;
	if (type < 0)
		return type;
	if (!strncmp(section, "kretprobe/", 10))
		bit = read_number(KPROBE_PMU "/format/retprobe", "config:%ld");
	else if (strncmp(section, "kprobe/", 7) != 0)
		return -EOPNOTSUPP;
	if (bit < 0)
		return bit;
	snprintf(function, sizeof(function), "%.*s", (int)strcspn(place + 1, "+"), place + 1);
	attr.type = type;
	attr.config = *section == 'k' && section[1] == 'r' ? 1ul << bit : 0;
	attr.kprobe_func = (__u64)(unsigned long)function;
	attr.probe_offset = strchr(place, '+') ? strtoul(strchr(place, '+') + 1, NULL, 0) : 0;
	return link_event(prog, open_event(&attr));
}

/* "raw_tp/NAME" */
static int attach_raw_tracepoint(int prog, const char *section)
{
	const char *place = strrchr(section, '/');
	int link = place ? bpf_raw_tracepoint_open(place + 1, prog) : -1;

	return link >= 0 ? link : place ? -errno : -EINVAL;
}

static int attach(int prog, const char *section)
{
	int link;

	switch (type_of(prog)) {
	case BPF_PROG_TYPE_TRACEPOINT:
		return attach_tracepoint(prog, section);
	case BPF_PROG_TYPE_KPROBE:
		return attach_kprobe(prog, section);
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		return attach_raw_tracepoint(prog, section);
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_LSM:
		/* Where, the kernel has been told when it was loaded. */
		link = bpf_raw_tracepoint_open(NULL, prog);
		return link < 0 ? -errno : link;
	}
	return -EOPNOTSUPP;
}

int attach_section(int prog, const char *name, const char *section)
{
	int link = attach(prog, section);
	char what[160];

	if (link >= 0)
		return link;
	if (link == -EINVAL && (!strncmp(section, "tp", 2) || !strncmp(section, "tracepoint", 10)))
		return lab_fail(
			link, "SEC(\"%s\") names no tracepoint; expected SEC(\"tp/CATEGORY/NAME\")",
			section);
	snprintf(what, sizeof(what), "cannot attach %s", name);
	return lab_report(link, what);
}
