// SPDX-License-Identifier: GPL-2.0-only
/* Refused, by its SEC(): tracepoint-record. The record of the tracepoint ends before the place that is read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp/sched/sched_switch")
int prog(void *ctx)
{
	return ((__u64 *)ctx)[1024]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
