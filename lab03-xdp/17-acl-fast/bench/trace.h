/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Traces for the measuring side: see rules.h for how one is written. */
#ifndef ACLBENCH_TRACE_H
#define ACLBENCH_TRACE_H

#include "frames.skel.h"
#include "rules.h"

struct trace {
	struct traced *packet;
	__u32 n;
};

/* 0, or -errno; then there is nothing to free. */
int trace_read(struct trace *trace, const char *path);
void trace_free(struct trace *trace);

/* Gives the frames to the generators. macs: 12 bytes that all get, NULL: none. */
int trace_load(const struct trace *trace, struct frames_bpf *skel, const void *macs);

#endif
