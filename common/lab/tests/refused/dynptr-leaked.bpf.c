// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. A dynptr with a record is not given back. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct bpf_dynptr dynptr;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &dynptr); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
