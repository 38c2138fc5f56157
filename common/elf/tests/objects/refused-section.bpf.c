// SPDX-License-Identifier: GPL-2.0-only
/* expect: the section of program names no type of program that is known here */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("fentry/do_nothing")
int program(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
