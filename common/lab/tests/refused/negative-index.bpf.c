// SPDX-License-Identifier: GPL-2.0-only
/* Refused: negative-size. A signed index that is compared with the upper limit only. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u8 table[8];

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	long index = bpf_ktime_get_ns();

	if (index >= 8)
		return XDP_PASS;
	asm volatile("" : "+r"(index));
	if (index < -8)
		return XDP_PASS;
	return table[index]; /* here */
}

char LICENSE[] SEC("license") = "GPL";
