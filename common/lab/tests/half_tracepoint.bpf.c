// SPDX-License-Identifier: GPL-2.0-only
/* Loads, and cannot be attached: a tracepoint's category is missing in its section. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp/sched_switch")
int prog(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
