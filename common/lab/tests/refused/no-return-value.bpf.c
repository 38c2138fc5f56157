// SPDX-License-Identifier: GPL-2.0-only
/* Refused: no-return-value. One way through the program returns nothing. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
__attribute__((naked)) int prog(void)
{
	asm volatile("exit"); /* here */
}

char LICENSE[] SEC("license") = "GPL";
