// SPDX-License-Identifier: GPL-2.0-only
/* Refused: struct-ops-member. A member of the table that BPF programs cannot be. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct tcp_congestion_ops {
	int (*get_info)(void *sk, int ext, int *attr, void *info);
	char name[16];
};

SEC("struct_ops/get_info")
int prog(__u64 *ctx)
{
	return 0; /* here */
}

SEC(".struct_ops")
struct tcp_congestion_ops ops = { .get_info = (void *)prog, .name = "bpf_no" };

char LICENSE[] SEC("license") = "GPL";
