// SPDX-License-Identifier: GPL-2.0-only
/* Refused, where allowed: gpl-type. A security hook under another licence. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("lsm/file_open")
int prog(void *ctx)
{
	return 0; /* here */
}

char LICENSE[] SEC("license") = "Proprietary";
