// SPDX-License-Identifier: GPL-2.0-only
/* expect: refused: program:  */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int program(struct __sk_buff *skb)
{
	return *(char *)(long)skb->data;
}

char LICENSE[] SEC("license") = "GPL";
