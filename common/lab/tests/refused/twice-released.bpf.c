// SPDX-License-Identifier: GPL-2.0-only
/* Refused: number-as-address. What was given back is used once more. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event)
		return XDP_PASS;
	bpf_ringbuf_submit(event, 0);
	*event = 1; /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
