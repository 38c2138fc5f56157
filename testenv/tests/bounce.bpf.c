// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs for the tests of testenv: each does one thing with the frames of an
 * experimental ethertype, and lets everything else pass.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_TEST 0x88b5
#define IPV4_LEN   20
#define UDP_LEN	   8

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} frames SEC(".maps");

static int is_ours(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u32 key = 0;
	__u64 *count;

	if ((void *)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_TEST))
		return 0;
	count = bpf_map_lookup_elem(&frames, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 1;
}

SEC("xdp")
int send_back(struct xdp_md *ctx)
{
	return is_ours(ctx) ? XDP_TX : XDP_PASS;
}

/* Out of the interface it came in by, but through the redirect path. */
SEC("xdp")
int redirect_back(struct xdp_md *ctx)
{
	return is_ours(ctx) ? bpf_redirect(ctx->ingress_ifindex, 0) : XDP_PASS;
}

/* From eth0 to eth1, whose numbers testenv gives in a row. */
SEC("xdp")
int redirect_on(struct xdp_md *ctx)
{
	return is_ours(ctx) ? bpf_redirect(ctx->ingress_ifindex + 1, 0) : XDP_PASS;
}

/* Changes a datagram that begins with "w", and leaves its checksum as it was. */
SEC("xdp")
int spoil(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	char *text = (void *)(long)ctx->data + sizeof(struct ethhdr) + IPV4_LEN + UDP_LEN;

	if ((void *)(text + 2) <= end && text[0] == 'w')
		text[1] = 'R';
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
