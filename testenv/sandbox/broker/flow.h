/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Following the pointers to maps through a program: nothing may be read through them. */
#ifndef TESTENV_SANDBOX_FLOW_H
#define TESTENV_SANDBOX_FLOW_H

#include <linux/bpf.h>
#include <stdbool.h>

/*
 * insns are those that go to the kernel: maps are in them by descriptor. is_outer() says of one
 * whether its elements are maps. 0; -EACCES with the reason in why; -EINVAL: no kernel would take
 * it, or we do not know what it does; -ENOMEM.
 */
int flow_check(const struct bpf_insn *insns, unsigned int count, bool (*is_outer)(int map),
	       char why[160]);

#endif
