// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-bounds. In a function behind the program: its instructions are numbered on. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

static __attribute__((noinline)) int first(struct xdp_md *ctx)
{
	return ctx->rx_queue_index + ctx->ingress_ifindex;
}

static __attribute__((noinline)) int second(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	return eth->h_proto; /* here */
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return first(ctx) + second(ctx);
}

char LICENSE[] SEC("license") = "GPL";
