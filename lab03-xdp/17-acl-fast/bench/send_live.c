// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A sender that makes frames without an skb: BPF_F_TEST_XDP_LIVE_FRAMES. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <bpf/bpf.h>

#include "common/lab/lab.h"
#include "bench.h"
#include "trace.h"

/* The kernel handles so many before it looks up, as a driver does in one poll. */
#define BATCH 64

/* Frames from a file in turn, to where the one frame would go. */
static int fill_trace(struct frames_bpf *skel, const struct sending *sending)
{
	struct trace trace;
	int err = trace_read(&trace, sending->tracefile);

	if (err)
		return err;
	err = trace_load(&trace, skel, sending->frame);
	trace_free(&trace);
	return err;
}

static int run(struct frames_bpf *skel, const struct sending *sending, int program, __u64 *ns)
{
	struct xdp_md context = { .ingress_ifindex = if_nametoindex(sending->ifname) };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = sending->frame,
		    .data_size_in = sending->size, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = sending->packets,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	__u64 begin = cpu_ns();
	int err;

	if (!context.ingress_ifindex)
		return lab_fail(-ENODEV, "no interface is called %s", sending->ifname);
	context.data_end = sending->size;
	err = bpf_prog_test_run_opts(program, &opts);
	*ns = cpu_ns() - begin;
	if (!err && skel->bss->lost)
		err = lab_fail(-EIO, "%llu frames were not made", skel->bss->lost);
	return err;
}

int send_live(const struct sending *sending, __u64 *ns)
{
	struct frames_bpf *skel = frames_bpf__open_and_load();
	struct bpf_program *program;
	int err = 0;

	if (!skel)
		return -errno;
	if (sending->tracefile) {
		program = sending->nowhere ? skel->progs.trace_nowhere : skel->progs.trace_tx;
		err = fill_trace(skel, sending);
	} else {
		program = sending->nowhere ? skel->progs.same_nowhere : skel->progs.same_tx;
	}
	if (!err)
		err = run(skel, sending, bpf_program__fd(program), ns);
	frames_bpf__destroy(skel);
	return err;
}
