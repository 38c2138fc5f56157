// SPDX-License-Identifier: GPL-2.0-only
/* Refused: dynptr-memory. A dynptr for memory on the stack. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct bpf_dynptr dynptr;
	char bytes[8] = "";

	bpf_dynptr_from_mem(bytes, sizeof(bytes), 0, &dynptr); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
