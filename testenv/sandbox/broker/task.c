// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reading and writing the student's process. The number that comes with a call names a
 * thread only as long as it waits for the answer: it may be killed, and the number given
 * to another process of the machine. So: open first, then ask whether the call is still
 * there, and use only what has been opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

/* All buffers of one call together. A program of a million instructions is 8 MB. */
#define MAX_BYTES (64 << 20)

/* The process that a thread is of. */
static pid_t find_leader(pid_t thread)
{
	char path[32], line[256];
	pid_t leader = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", thread);
	f = fopen(path, "re");
	while (f && leader < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "Tgid: %d", &leader) != 1)
			leader = -1;
	if (f)
		fclose(f);
	return leader;
}

int call_open(struct call *c)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/mem", c->req->pid);
	c->mem = open(path, O_RDWR | O_CLOEXEC);
	if (c->mem < 0)
		return -ESRCH;
	return seccomp_notify_id_valid(c->broker->listener, c->req->id) ? -ESRCH : 0;
}

void call_close(struct call *c)
{
	for (int i = 0; i < c->nr_fds; i++)
		close(c->fds[i]);
	for (int i = 0; i < c->nr_buffers; i++)
		free(c->buffers[i]);
	if (c->mem >= 0)
		close(c->mem);
}

int call_read(struct call *c, __u64 from, void *to, size_t len)
{
	/* Addresses of the kernel's half are negative offsets. */
	if (len && ((__s64)from < 0 || pread(c->mem, to, len, (off_t)from) != (ssize_t)len))
		return -EFAULT;
	return 0;
}

int call_write(struct call *c, __u64 to, const void *from, size_t len)
{
	if (len && ((__s64)to < 0 || pwrite(c->mem, from, len, (off_t)to) != (ssize_t)len))
		return -EFAULT;
	return 0;
}

void *call_buffer(struct call *c, size_t len)
{
	void *buffer;

	if (c->nr_buffers == CALL_BUFFERS || len > MAX_BYTES || c->total + len > MAX_BYTES)
		return NULL;
	buffer = calloc(1, len ? len : 1);
	if (!buffer)
		return NULL;
	c->total += len;
	c->buffers[c->nr_buffers++] = buffer;
	return buffer;
}

int call_copy(struct call *c, __u64 from, size_t len, size_t max, void **copy)
{
	*copy = NULL;
	if (!len)
		return 0;
	if (len > max)
		return -E2BIG;
	*copy = call_buffer(c, len);
	return *copy ? call_read(c, from, *copy, len) : -ENOMEM;
}

int call_string(struct call *c, __u64 from, char *to, size_t size)
{
	/* Page by page: what is behind its end may not be mapped. */
	for (size_t done = 0; done < size;) {
		size_t part = 4096 - (from + done) % 4096;

		if (part > size - done)
			part = size - done;
		if (call_read(c, from + done, to + done, part))
			return -EFAULT;
		if (memchr(to + done, '\0', part))
			return 0;
		done += part;
	}
	to[size - 1] = '\0';
	return -E2BIG;
}

int call_fd(struct call *c, int fd)
{
	int process, copy;

	if (fd < 0 || c->nr_fds == CALL_FDS)
		return -EBADF;
	/* Most calls name no descriptor: only now. */
	if (!c->leader)
		c->leader = find_leader(c->req->pid);
	process = syscall(SYS_pidfd_open, c->leader, 0);
	if (process < 0)
		return -EBADF;
	copy = syscall(SYS_pidfd_getfd, process, fd, 0);
	close(process);
	if (copy < 0)
		return -EBADF;
	/* The number may have become another process's between two look-ups. */
	if (seccomp_notify_id_valid(c->broker->listener, c->req->id)) {
		close(copy);
		return -EBADF;
	}
	c->fds[c->nr_fds++] = copy;
	return copy;
}

long call_deny(struct call *c, const char *fmt, ...)
{
	struct broker_report *report = c->broker->report;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->why, sizeof(c->why), fmt, ap);
	va_end(ap);
	report->denied++;
	for (int i = 0; i < report->nr_reasons; i++)
		if (strcmp(report->reasons[i], c->why) == 0)
			return -EACCES;
	if (report->nr_reasons < BROKER_REASONS)
		memcpy(report->reasons[report->nr_reasons++], c->why, sizeof(c->why));
	return -EACCES;
}

long broker_bpf(int command, union bpf_attr *attr, size_t size)
{
	long result = syscall(SYS_bpf, command, attr, size);

	return result < 0 ? -errno : result;
}
