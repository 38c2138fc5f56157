// SPDX-License-Identifier: GPL-2.0-only
/* Loaded as libbpf does: texts, which the compiler puts into sections of their own. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

static const char names[5][8] = { "alpha", "beta", "gamma", "delta", "last" };

SEC("tc")
int letter(struct __sk_buff *skb)
{
	const char *text = skb->len > 100 ? "a long packet" : "short";
	__u32 row = skb->len & 3, column = skb->cb[0] & 7;
	char copy[6] = "";

	bpf_probe_read_kernel_str(copy, sizeof(copy), text);
	return copy[1] + (names[row][column] << 8);
}

char LICENSE[] SEC("license") = "GPL";
