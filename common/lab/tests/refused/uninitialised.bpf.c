// SPDX-License-Identifier: GPL-2.0-only
/* Refused: uninitialised. A register is read that nothing has set. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	int value;

	asm volatile("%0 = r7" : "=r"(value)); /* here */
	return value;
}

char LICENSE[] SEC("license") = "GPL";
