// SPDX-License-Identifier: GPL-2.0-only
/* expect: addresses of functions are not done here */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static int each(__u32 i, void *ctx)
{
	return i > 3;
}

SEC("tc")
int program(struct __sk_buff *skb)
{
	return bpf_loop(skb->len, each, 0, 0);
}

char LICENSE[] SEC("license") = "GPL";
