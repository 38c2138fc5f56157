// SPDX-License-Identifier: GPL-2.0-only
/* Refused: callback-expected. A number where a function must stand. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_loop(10, (void *)7, NULL, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
