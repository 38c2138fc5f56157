// SPDX-License-Identifier: GPL-2.0-only
/* Refused: extern-no-btf. An extern function that the compiler has written nothing down about. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void __bpf_trap(void) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__bpf_trap();
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
