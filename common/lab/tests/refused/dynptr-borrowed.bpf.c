// SPDX-License-Identifier: GPL-2.0-only
/* Refused: not-owned. A dynptr for other memory is handed to the ring buffer. */
/* From 7.3: dynptr-kind. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct bpf_dynptr dynptr;
	__u64 *value = bpf_map_lookup_elem(&counts, &key);

	if (!value)
		return XDP_PASS;
	bpf_dynptr_from_mem(value, sizeof(*value), 0, &dynptr);
	bpf_ringbuf_submit_dynptr(&dynptr, 0); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
