// SPDX-License-Identifier: GPL-2.0-only
/* Refused: no-target. Nothing says which function the program is for. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("iter")
int prog(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
