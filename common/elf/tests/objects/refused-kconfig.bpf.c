// SPDX-License-Identifier: GPL-2.0-only
/* expect: CONFIG_HZ is neither a map nor a variable of the object */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int CONFIG_HZ __attribute__((section(".kconfig")));

SEC("tc")
int program(struct __sk_buff *skb)
{
	return CONFIG_HZ;
}

char LICENSE[] SEC("license") = "GPL";
