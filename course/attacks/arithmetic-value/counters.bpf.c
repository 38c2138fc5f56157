// SPDX-License-Identifier: GPL-2.0-only
/*
 * The numbers are text, and shown as such. In arithmetic bash runs what stands in an index, and
 * takes a name for a variable of the test's, whatever that holds.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct text {
	char packets[128];
	char bytes[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 5);
	__type(key, __u32);
	__type(value, struct text);
} counters SEC(".maps");

static const struct text says = {
	.packets = "n",
	.bytes = "x[$(echo arithmetic >@LOOT@/@CANARY@)]",
};

SEC("xdp")
int count_frame(struct xdp_md *ctx)
{
	__u32 other = 4;
	struct text *text = bpf_map_lookup_elem(&counters, &other);

	if (text)
		*text = says;
	return XDP_PASS;
}
