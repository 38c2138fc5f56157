// SPDX-License-Identifier: GPL-2.0-only
/* Refused: map-value-expected. The format of a print is on the stack. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char format[] = "%d", to[16];
	__u64 args[] = { 1 };

	bpf_snprintf(to, sizeof(to), format, args, sizeof(args)); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
