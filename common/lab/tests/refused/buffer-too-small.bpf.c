// SPDX-License-Identifier: GPL-2.0-only
/* Refused: buffer-too-small. The call may write more than the local array holds. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char bytes[16];

	bpf_xdp_load_bytes(ctx, 0, bytes, 32); /* here */
	asm volatile("" : : "r"(bytes) : "memory");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
