// SPDX-License-Identifier: GPL-2.0-only
/* Refused: changed-context. A field is read through a pointer that was moved. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	asm volatile("%0 += 4" : "+r"(ctx));
	return *(volatile __u32 *)ctx; /* here */
}

char LICENSE[] SEC("license") = "GPL";
