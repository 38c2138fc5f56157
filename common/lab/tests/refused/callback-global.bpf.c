// SPDX-License-Identifier: GPL-2.0-only
/* Refused: callback-global. The function of a loop is not static. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__attribute__((noinline)) long on_round(__u32 index, __u64 data)
{
	return 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_loop(10, on_round, NULL, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
