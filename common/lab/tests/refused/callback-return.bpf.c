// SPDX-License-Identifier: GPL-2.0-only
/* Refused: callback-return. The function of a loop returns neither 0 nor 1. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static long on_round(__u32 index, void *data)
{
	return 2; /* here */
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_loop(10, on_round, NULL, 0);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
