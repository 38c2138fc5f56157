/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The lists that the filters are made of (list.c), ended by NULL or -1. */
#ifndef TESTENV_SANDBOX_FILTER_LIST_H
#define TESTENV_SANDBOX_FILTER_LIST_H

/* Names of system calls that there are, and of those refused with EPERM. */
extern const char *const filter_allowed[], *const filter_refused[];

/* Commands of bpf(2) that the process does itself, and those that the broker does. */
extern const int filter_bpf_direct[], filter_bpf_brokered[];

#endif
