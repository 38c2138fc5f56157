// SPDX-License-Identifier: GPL-2.0-only
/* Refused: metadata. What the network card knows, asked by a program that is not bound to it. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *ctx, __u64 *timestamp) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx) /* here */
{
	__u64 timestamp;

	bpf_xdp_metadata_rx_timestamp(ctx, &timestamp);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
