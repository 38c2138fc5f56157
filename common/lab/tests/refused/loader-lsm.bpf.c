// SPDX-License-Identifier: GPL-2.0-only
/* Refused: attach-target. There is no such security hook. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("lsm/no_such_hook")
int prog(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
