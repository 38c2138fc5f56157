/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the sandbox may ask of the kernel: two system call filters, one on top of the other. */
#ifndef TESTENV_SANDBOX_FILTER_H
#define TESTENV_SANDBOX_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>

/* What goes to the broker instead of being refused. */
struct filter_wishes {
	bool bpf;
	bool perf;   /* perf_event_open() */
	bool packet; /* socket(AF_PACKET) */
};

/* All that one can wish for, numbered: for each the filters are made when testenv is built. */
#define FILTER_WISHES 8

static inline unsigned int filter_wishes_number(const struct filter_wishes *wishes)
{
	return wishes->bpf | wishes->perf << 1 | wishes->packet << 2;
}

static inline struct filter_wishes filter_wishes(unsigned int number)
{
	return (struct filter_wishes){ number & 1, number >> 1 & 1, number >> 2 & 1 };
}

/*
 * Puts them onto the caller, for good; no_new_privs is set already. Where bpf(2) is wished for,
 * *listener gets the fd on which the broker listens, the caller's. 0 or -errno.
 */
int filters_install(const struct filter_wishes *wishes, int *listener);

#endif
