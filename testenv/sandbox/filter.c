// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Puts the system call filters onto a process. How they are made, and of what: filter/make.c. */
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testenv/sandbox/filter.h"

/* Made by filter/make.c: numbers[] and arguments[], by the number of the wishes. */
#include "sandbox-filters.h"

/* Newer than the headers of some distributions. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

static int install(const struct sock_fprog *filter, unsigned long flags)
{
	long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, filter);

	return fd < 0 ? -errno : (int)fd;
}

int filters_install(const struct filter_wishes *wishes, int *listener)
{
	const unsigned int which = filter_wishes_number(wishes);
	/* Signals do not interrupt a call that the broker has begun to serve: it would do it twice. */
	const unsigned long flags =
		SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	int fd;

	*listener = -1;
	/* The second one forbids what is needed to put it there: it comes last. */
	fd = install(&numbers[which], wishes->bpf ? flags : 0);
	if (fd == -EINVAL && wishes->bpf)
		fd = install(&numbers[which], SECCOMP_FILTER_FLAG_NEW_LISTENER);
	if (fd < 0)
		return fd;
	if (wishes->bpf)
		*listener = fd;
	return install(&arguments[which], 0);
}
