// SPDX-License-Identifier: GPL-2.0-only
/* Refused: number-expected. A pointer where a size must stand. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char buffer[16] = "";

	return bpf_ringbuf_output(&events, buffer, (long)ctx, 0); /* here */
}

char LICENSE[] SEC("license") = "GPL";
