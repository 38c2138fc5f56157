// SPDX-License-Identifier: GPL-2.0-only
/* Refused: read-only-packet. A program of a cgroup changes the packet. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int prog(struct __sk_buff *skb)
{
	char *data = (void *)(long)skb->data;

	if ((void *)(data + 1) > (void *)(long)skb->data_end)
		return 1;
	*data = 0; /* here */
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
