// SPDX-License-Identifier: GPL-2.0-only
/* Refused: not-readable. What stands at data_end is read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char *end = (void *)(long)ctx->data_end;

	return *end; /* here */
}

char LICENSE[] SEC("license") = "GPL";
