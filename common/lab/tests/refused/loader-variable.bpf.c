// SPDX-License-Identifier: GPL-2.0-only
/* Refused: extern. A variable that the kernel does not have. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const int no_such_variable __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return no_such_variable;
}

char LICENSE[] SEC("license") = "GPL";
