// SPDX-License-Identifier: GPL-2.0-only
/* Refused: format-invalid. A conversion that is not there. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	static const char format[] = "%y";
	__u64 args[] = { 1 };
	char to[16];

	bpf_snprintf(to, sizeof(to), format, args, sizeof(args)); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
