// SPDX-License-Identifier: GPL-2.0-only
/* Refused: extern-no-btf. An extern function that the compiler has written nothing down about. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	/* About a call in C newer compilers write something down, whatever its name. */
	asm volatile("call __bpf_trap" ::: "r0", "r1", "r2", "r3", "r4", "r5");
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
