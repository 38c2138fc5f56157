// SPDX-License-Identifier: GPL-2.0-only
/* Refused: kfunc. A kernel function that is not there. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int bpf_no_such_function(void) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return bpf_no_such_function();
}

char LICENSE[] SEC("license") = "GPL";
