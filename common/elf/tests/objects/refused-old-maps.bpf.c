// SPDX-License-Identifier: GPL-2.0-only
/* expect: its maps are of the old kind */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	unsigned int type, key_size, value_size, max_entries;
} old __attribute__((section("maps"), used)) = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };

SEC("tc")
int program(struct __sk_buff *skb)
{
	return bpf_map_lookup_elem(&old, &skb->len) != 0;
}

char LICENSE[] SEC("license") = "GPL";
