// SPDX-License-Identifier: GPL-2.0-only
/* Refused: global-argument. A global function gets a number for a pointer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__attribute__((noinline)) int get(__u64 *number)
{
	return number ? *number : 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return get((void *)(long)ctx->rx_queue_index); /* here */
}

char LICENSE[] SEC("license") = "GPL";
