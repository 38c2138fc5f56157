/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The frames of a trace, shared by frames.bpf.c and user space. */
#ifndef ACLBENCH_FRAMES_H
#define ACLBENCH_FRAMES_H

/* How many frames a trace has at most. */
#define TRACE_MAX 65536

/*
 * One frame: Ethernet, IPv4 or IPv6, up to a whole TCP header (74 bytes), and padding.
 * All have this size, so that the frame in a running test need not change its own.
 */
#define FRAME_SIZE 80

struct frame {
	unsigned long long word[FRAME_SIZE / 8];
};

#endif
