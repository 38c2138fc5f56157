// SPDX-License-Identifier: GPL-2.0-only
/* Refused: global-argument. A global function gets something else than it asks for. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct pair {
	__u64 a, b;
};

__attribute__((noinline)) int sum(struct pair *pair)
{
	return pair ? pair->a + pair->b : 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 half = 1;

	return sum((struct pair *)&half); /* here */
}

char LICENSE[] SEC("license") = "GPL";
