// SPDX-License-Identifier: GPL-2.0-only
/* Refused: format-not-constant. The format of a print may be changed. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char format[] = "%d";

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	char to[16];
	__u64 args[] = { 1 };

	bpf_snprintf(to, sizeof(to), format, args, sizeof(args)); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
