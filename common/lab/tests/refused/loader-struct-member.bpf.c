// SPDX-License-Identifier: GPL-2.0-only
/* Refused: struct-ops-type. A member that the table does not have. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct tcp_congestion_ops {
	int (*no_such_member)(void *sk);
	char name[16];
};

SEC("struct_ops/no_such_member")
int prog(__u64 *ctx)
{
	return 0;
}

SEC(".struct_ops")
struct tcp_congestion_ops ops = { .no_such_member = (void *)prog, .name = "bpf_no" };

char LICENSE[] SEC("license") = "GPL";
