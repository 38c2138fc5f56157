// SPDX-License-Identifier: GPL-2.0-only
/* Refused: helper-attach. A helper for functions in a program for tracepoints. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp_btf/sched_process_exit")
int prog(void *ctx)
{
	return bpf_get_func_ip(ctx) != 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
