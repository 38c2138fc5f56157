// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: no-such-argument. The function has no tenth argument. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/do_nanosleep")
int prog(__u64 *ctx)
{
	return ctx[9] != 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
