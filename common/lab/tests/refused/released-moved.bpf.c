// SPDX-License-Identifier: GPL-2.0-only
/* Refused: moved-pointer. A record is given back by an address inside of it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 16, 0);

	if (!event)
		return XDP_PASS;
	event[0] = event[1] = 0;
	bpf_ringbuf_submit(event + 1, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
