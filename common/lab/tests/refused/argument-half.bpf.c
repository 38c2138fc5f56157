// SPDX-License-Identifier: GPL-2.0-only
/* Refused: argument-half. Half of an argument is read. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tp_btf/sched_process_exit")
int prog(__u64 *ctx)
{
	return *((__u8 *)ctx + 4); /* here */
}

char LICENSE[] SEC("license") = "GPL";
