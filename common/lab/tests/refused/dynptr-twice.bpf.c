// SPDX-License-Identifier: GPL-2.0-only
/* Refused: dynptr-overwritten. A dynptr that holds a record is made once more. */
/* Until 6.1: dynptr-twice. */
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

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &dynptr);
	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &dynptr); /* here */
	bpf_ringbuf_submit_dynptr(&dynptr, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
