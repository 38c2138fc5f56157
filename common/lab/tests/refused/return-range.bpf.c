// SPDX-License-Identifier: GPL-2.0-only
/* Refused: return-range. This hook knows the values 0 and 1 only. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup/connect4")
int prog(struct bpf_sock_addr *ctx)
{
	return 7; /* here */
}

char LICENSE[] SEC("license") = "GPL";
