// SPDX-License-Identifier: GPL-2.0-only
/* Refused: return-range. The value that is returned may be anything. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/connect4")
int prog(struct bpf_sock_addr *ctx)
{
	return ctx->user_port; /* here */
}

char LICENSE[] SEC("license") = "GPL";
