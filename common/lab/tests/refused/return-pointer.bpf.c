// SPDX-License-Identifier: GPL-2.0-only
/* Refused: return-pointer. A pointer is returned to a hook. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/connect4")
int prog(struct bpf_sock_addr *ctx)
{
	return (long)ctx; /* here */
}

char LICENSE[] SEC("license") = "GPL";
