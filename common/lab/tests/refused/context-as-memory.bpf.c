// SPDX-License-Identifier: GPL-2.0-only
/* Refused: memory-expected. The address of a field of the context where other memory must be. */
/* From 7.3: changed-context. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_ringbuf_output(&events, &ctx->ingress_ifindex, 4, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
