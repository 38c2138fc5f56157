// SPDX-License-Identifier: GPL-2.0-only
/* Refused: not-constant. A ring buffer's record must have a size that the verifier knows. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *record = bpf_ringbuf_reserve(&records, ctx->rx_queue_index, 0); /* here */

	if (record)
		bpf_ringbuf_discard(record, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
