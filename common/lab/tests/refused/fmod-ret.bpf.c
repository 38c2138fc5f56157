// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: target-not-modifiable. A function whose result programs must not change. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fmod_ret/do_nanosleep")
int prog(__u64 *ctx)
{
	return 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
