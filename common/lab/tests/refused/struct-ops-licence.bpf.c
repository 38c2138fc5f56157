// SPDX-License-Identifier: GPL-2.0-only
/* Refused: gpl-type. A table of functions under another licence. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct tcp_congestion_ops {
	unsigned int (*ssthresh)(void *sk);
	char name[16];
};

SEC("struct_ops/ssthresh")
unsigned int prog(__u64 *ctx)
{
	return 0; /* here */
}

SEC(".struct_ops")
struct tcp_congestion_ops ops = { .ssthresh = (void *)prog, .name = "bpf_no" };

char LICENSE[] SEC("license") = "Proprietary";
