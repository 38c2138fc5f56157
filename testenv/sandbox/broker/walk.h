/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reading a program's instructions before the kernel does: what it calls, what it refers to. */
#ifndef TESTENV_SANDBOX_WALK_H
#define TESTENV_SANDBOX_WALK_H

#include <linux/bpf.h>

#include "testenv/sandbox/broker/policy.h"

/*
 * Translates the student's file descriptor into one of the caller's, or returns -errno.
 * fd_array gives the student's descriptor number i of the program's fd_array.
 */
struct walk_fds {
	int (*map)(void *data, int fd);
	int (*nth)(void *data, unsigned int i, int *fd);
	void *data;
};

/*
 * Checks every call against the policy, and puts the caller's file descriptors in place
 * of the student's. insns is the caller's own copy. Returns 0; -EACCES with the reason in
 * why: not allowed; -EINVAL: no kernel would take it; -EBADF: a wrong descriptor.
 */
int walk_program(const struct policy *policy, struct bpf_insn *insns, unsigned int count,
		 const struct walk_fds *fds, char why[160]);

#endif
