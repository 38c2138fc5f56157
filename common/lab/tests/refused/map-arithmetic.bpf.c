// SPDX-License-Identifier: GPL-2.0-only
/* Refused: map-itself. The map is taken for an array of C. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *map = &counts;

	asm volatile("%0 += %1" : "+r"(map) : "r"(ctx->rx_queue_index & 1)); /* here */
	return *(volatile __u32 *)map;
}

char LICENSE[] SEC("license") = "GPL";
