// SPDX-License-Identifier: GPL-2.0-only
/* Loaded as libbpf does: functions that call functions, some of them more than once. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define APART static __attribute__((noinline))

__attribute__((noinline)) int nobody_calls(int n)
{
	return n * 99;
}

APART int leaf(int n)
{
	return n * 3 + 1;
}

APART int branch(int n)
{
	return leaf(n) + leaf(n + 1);
}

__attribute__((noinline)) int trunk(int n)
{
	return branch(n) * 5 + leaf(7);
}

SEC("xdp")
int first(struct xdp_md *ctx)
{
	return leaf(ctx->data_end - ctx->data) & 3;
}

SEC("tc")
int second(struct __sk_buff *skb)
{
	return trunk(skb->len) + branch(2);
}

SEC("tc")
int third(struct __sk_buff *skb)
{
	return branch(skb->len);
}

char LICENSE[] SEC("license") = "GPL";
