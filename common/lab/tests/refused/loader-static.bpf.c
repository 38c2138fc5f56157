// SPDX-License-Identifier: GPL-2.0-only
/* Refused: static-program. The program is static. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
static __attribute__((used)) int prog(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
