// SPDX-License-Identifier: GPL-2.0-only
/* Refused: sleepable. A helper that may wait, in a program that must not. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("kprobe/do_nanosleep")
int prog(void *ctx)
{
	char bytes[8];

	return bpf_copy_from_user(bytes, sizeof(bytes), NULL); /* here */
}

char LICENSE[] SEC("license") = "GPL";
