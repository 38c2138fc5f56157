// SPDX-License-Identifier: GPL-2.0-only
/* Refused: read-only-map. A constant is written through a pointer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile int limit = 10;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	*(volatile int *)&limit = 11; /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
