// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. A tail call leaves a record behind. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0); /* here */

	if (!event)
		return XDP_PASS;
	bpf_tail_call(ctx, &programs, 0);
	bpf_ringbuf_discard(event, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
