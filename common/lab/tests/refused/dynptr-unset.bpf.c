// SPDX-License-Identifier: GPL-2.0-only
/* Refused: dynptr-unset. A dynptr is used that nothing was done with. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct bpf_dynptr dynptr;
	char bytes[4];

	asm volatile("" : : "r"(&dynptr) : "memory");
	bpf_dynptr_read(bytes, sizeof(bytes), &dynptr, 0, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
