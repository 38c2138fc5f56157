// SPDX-License-Identifier: GPL-2.0-only
/* Loaded as libbpf does: variables of every section, static and not, and arrays. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u64 constant = 0x1234567890;
__u8 small = 3;
static __u16 odd[7] = { 1, 2, 3, 4, 5, 6, 7 };
__u64 zero[5];
static __u32 hidden;
__u32 named SEC(".data.own") = 77;
const volatile __u32 apart SEC(".rodata.own") = 11;

SEC("tc")
int sum(struct __sk_buff *skb)
{
	__u32 i = skb->len & 3;

	hidden++;
	zero[i] += small;
	odd[i + 2] += zero[4 - i];
	named += apart;
	return constant + odd[i + 2] + zero[i] * 100 + hidden * 1000 + named;
}

SEC("socket")
int only_one(struct __sk_buff *skb)
{
	return ++zero[3];
}

char LICENSE[] SEC("license") = "GPL";
