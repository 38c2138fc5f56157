// SPDX-License-Identifier: GPL-2.0-only
/* Refused: no-section. Nothing says what kind of program it is. Newer libbpf: accepted. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int prog(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
