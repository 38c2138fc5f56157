/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Filters on the sockets of a process that a test has started (filter.c). */
#ifndef LAB_TEST_FILTER_H
#define LAB_TEST_FILTER_H

#include <stdbool.h>

/* True when the process's descriptor fd is a socket with a filter, classic or eBPF. */
bool filter_is_on(int pidfd, int fd);

#endif
