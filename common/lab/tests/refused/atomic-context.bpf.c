// SPDX-License-Identifier: GPL-2.0-only
/* Refused: atomic-target. An atomic addition to the packet. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 *data = (void *)(long)ctx->data;

	if ((void *)(data + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	__sync_fetch_and_add(data, 1); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
