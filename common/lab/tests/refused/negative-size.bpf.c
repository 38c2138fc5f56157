// SPDX-License-Identifier: GPL-2.0-only
/* Refused: negative-size. The length is signed and may be negative. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char buffer[64] = { 0 };
	long size = (int)bpf_get_prandom_u32();

	if (size > 64)
		return XDP_PASS;
	bpf_ringbuf_output(&events, buffer, size, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
