// SPDX-License-Identifier: GPL-2.0-only
/* Refused: packet-load-context. The old way to load packet bytes, without the packet in R6. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("socket")
int prog(struct __sk_buff *skb)
{
	asm volatile("r6 = 0; r0 = *(u8 *)skb[0]" : : : "r0", "r6"); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
