// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generators. The kernel runs one of these for each live frame: what returns
 * XDP_TX leaves the interface, and is received at the other end of the veth, without
 * ever having been an skb. The ones that drop are for the generator's own cost.
 *
 * The same with a trace: before that, the frame is overwritten by the next one of the
 * trace. judge_next hands it to the program in "judge", in the same run of the program:
 * so an XDP program is measured on a trace by BPF_PROG_TEST_RUN, which knows only one packet.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/acl.h"
#include "frames.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TRACE_MAX);
	__type(key, __u32);
	__type(value, struct frame);
} trace SEC(".maps");

/* The program to be measured. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} judge SEC(".maps");

/* Verdicts by flow, in front of the program: user space sets how many. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct acl_key);
	__type(value, __u32);
} cache SEC(".maps");

__u64 hits = 0;
__u32 frames = 1; /* in the trace */
__u32 next = 0;
__u64 lost = 0; /* runs in which there was nothing to call, or no frame */

SEC("xdp")
int same_tx(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_TX;
}

SEC("xdp")
int same_nowhere(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

/* One CPU only: the place in the trace is a plain variable. */
static __always_inline int put_next(struct xdp_md *ctx)
{
	struct frame *to = (void *)(unsigned long)ctx->data;
	void *end = (void *)(unsigned long)ctx->data_end;
	struct frame *from;
	__u32 place = next;

	next = place + 1 < frames ? place + 1 : 0;
	from = bpf_map_lookup_elem(&trace, &place);
	if (!from || (void *)(to + 1) > end) {
		lost++;
		return -1;
	}
	*to = *from;
	return 0;
}

SEC("xdp")
int trace_tx(struct xdp_md *ctx)
{
	return put_next(ctx) ? XDP_ABORTED : XDP_TX;
}

SEC("xdp")
int trace_nowhere(struct xdp_md *ctx)
{
	put_next(ctx);
	return XDP_DROP;
}

SEC("xdp")
int judge_next(struct xdp_md *ctx)
{
	if (put_next(ctx))
		return XDP_ABORTED;
	bpf_tail_call(ctx, &judge, 0);
	lost++;
	return XDP_ABORTED;
}

/*
 * The same with the cache in front. A tail call does not come back, so that on a miss the
 * verdict goes in before it is known; what is measured is the time, and this is no firewall.
 */
SEC("xdp")
int judge_cached(struct xdp_md *ctx)
{
	const __u32 verdict = XDP_DROP;
	struct acl_key key;
	__u32 *known;

	if (put_next(ctx) || acl_read_key(ctx, &key) != ACL_IP)
		return XDP_ABORTED;
	known = bpf_map_lookup_elem(&cache, &key);
	if (known) {
		hits++;
		return *known;
	}
	bpf_map_update_elem(&cache, &key, &verdict, BPF_ANY);
	bpf_tail_call(ctx, &judge, 0);
	lost++;
	return XDP_ABORTED;
}

/* The harness by itself: what is called by judge_next, and does nothing. */
SEC("xdp")
int judge_nothing(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
