// SPDX-License-Identifier: GPL-2.0-only
/* Refused: map-in-sleepable. A map that programs which may wait cannot use. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} devices SEC(".maps");

SEC("uprobe.s")
int prog(void *ctx) /* here */
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&devices, &key) != NULL;
}

char LICENSE[] SEC("license") = "GPL";
