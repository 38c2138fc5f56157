// SPDX-License-Identifier: GPL-2.0-only
/* Refused: read-only-map. A constant is handed to a call that would change it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile char name[16] = "constant";

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_xdp_load_bytes(ctx, 0, (void *)name, sizeof(name)); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
