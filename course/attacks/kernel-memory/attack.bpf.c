// SPDX-License-Identifier: GPL-2.0-only
__u64 stolen;

SEC("xdp") int reads(struct xdp_md *ctx)
{
	bpf_probe_read_kernel(&stolen, sizeof(stolen),
			      (void *)(0xffffffff81000000ull + ctx->rx_queue_index));
	return XDP_PASS;
}
