// SPDX-License-Identifier: GPL-2.0-only
/* Refused: context-access. A pointer before the context. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return *(volatile __u32 *)((char *)ctx - 8); /* here */
}

char LICENSE[] SEC("license") = "GPL";
