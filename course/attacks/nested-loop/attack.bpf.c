// SPDX-License-Identifier: GPL-2.0-only
static long inner(__u32 i, void *data)
{
	return 0;
}

static long outer(__u32 i, void *data)
{
	bpf_loop(1 << 23, inner, NULL, 0);
	return 0;
}

/* No check runs it: it would not come back. */
SEC("xdp") int spins(struct xdp_md *ctx)
{
	bpf_loop(1 << 23, outer, NULL, 0);
	return XDP_PASS;
}
