// SPDX-License-Identifier: GPL-2.0-only
/* Refused: dynptr-moved. The address of a dynptr with something added. */
/* Until 6.1: dynptr-unset. */
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
	char bytes[4];

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &dynptr);
	bpf_dynptr_read(bytes, sizeof(bytes), (void *)((char *)&dynptr + 8), 0, 0); /* here */
	bpf_ringbuf_submit_dynptr(&dynptr, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
