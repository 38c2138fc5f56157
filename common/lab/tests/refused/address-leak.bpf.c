// SPDX-License-Identifier: GPL-2.0-only
/* Refused, without CAP_PERFMON: address-leak. A pointer is returned as a number. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return (long)ctx; /* here */
}

char LICENSE[] SEC("license") = "GPL";
