// SPDX-License-Identifier: GPL-2.0-only
/*
 * Job: drops the frames of EtherType 0x88b5 that hold a record of the kind "wanted".
 * All other frames pass.
 *
 * Records stand behind the Ethernet header, one behind the other, 16 at most. Each
 * begins with two bytes: its size in bytes, with these two, and its kind. If both are in
 * the frame, the record counts. A size below 2 is broken: there the list ends.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_RECORDS 0x88b5 /* reserved for experiments like ours */
#define MAX_RECORDS   8

/* User space sets it before it loads the program. */
const volatile __u8 wanted = 7;

SEC("xdp")
int records(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u8 *pos = (void *)(eth + 1);

	if ((void *)pos > end || eth->h_proto != bpf_htons(ETH_P_RECORDS))
		return XDP_PASS;

	/* A size of 0 would keep us here for ever, one of 1 would make a kind the next size. */
	for (int i = 0; i < MAX_RECORDS && (void *)(pos + 2) <= end; i++) {
		if (pos[0] < 2)
			return XDP_PASS;
		if (pos[1] == wanted)
			return XDP_DROP;
		pos += pos[0];
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
