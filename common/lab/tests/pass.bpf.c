// SPDX-License-Identifier: GPL-2.0-only
/* XDP programs that pass everything, for test_xdp.c to attach. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int other(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* Named as the one that testenv attaches. */
SEC("xdp")
int testenv_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
