// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: target-not-sleepable. A function that must not wait, and a program that may. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry.s/do_nanosleep")
int prog(__u64 *ctx)
{
	return 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
