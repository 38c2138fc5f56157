// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. One way out neither submits nor discards the record. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0); /* here */

	if (!event)
		return XDP_PASS;
	if (ctx->rx_queue_index == 7)
		return XDP_DROP;
	*event = 1;
	bpf_ringbuf_submit(event, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
