// SPDX-License-Identifier: GPL-2.0-only
/* Refused: zero-size. A look-up in a map that has no keys. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&events, &key) ? XDP_PASS : XDP_DROP; /* here */
}

char LICENSE[] SEC("license") = "GPL";
