// SPDX-License-Identifier: GPL-2.0-only
/* Refused: context-access. The context ends before the place that is read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return ((__u32 *)ctx)[64]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
