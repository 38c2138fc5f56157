// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: target-rejected. A function that the kernel keeps programs off. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/bpf_lsm_file_open")
int prog(__u64 *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
