// SPDX-License-Identifier: GPL-2.0-only
/* Refused: no-such-argument. The tracepoint has no tenth argument. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp_btf/sched_process_exit")
int prog(__u64 *ctx)
{
	return ctx[9] != 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
