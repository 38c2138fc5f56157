// SPDX-License-Identifier: GPL-2.0-only
/* Refused: attach-target. There is no such tracepoint. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp_btf/no_such_tracepoint")
int prog(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
