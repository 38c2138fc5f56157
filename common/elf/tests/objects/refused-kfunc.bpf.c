// SPDX-License-Identifier: GPL-2.0-only
/* expect: crash_kexec_nobody is called and is not in the object */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern int crash_kexec_nobody(int n) __attribute__((weak, section(".ksyms")));

SEC("tc")
int program(struct __sk_buff *skb)
{
	return crash_kexec_nobody(skb->len);
}

char LICENSE[] SEC("license") = "GPL";
