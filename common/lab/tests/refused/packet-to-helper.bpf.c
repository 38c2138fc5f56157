// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-to-helper. A call that takes no packet memory is given some. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;

	if (data + 16 > (void *)(long)ctx->data_end)
		return XDP_PASS;
	bpf_probe_read_kernel(data, 16, ctx); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
