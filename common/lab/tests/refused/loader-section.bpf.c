// SPDX-License-Identifier: GPL-2.0-only
/* Refused: section. A section name that libbpf does not know. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("no_such_section")
int prog(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
