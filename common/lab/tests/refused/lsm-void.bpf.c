// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: return-range. A result for a hook that takes none. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("lsm_cgroup/sk_free_security")
int prog(void *ctx)
{
	return 0; /* here */
}

char LICENSE[] SEC("license") = "GPL";
