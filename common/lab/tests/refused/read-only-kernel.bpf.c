// SPDX-License-Identifier: GPL-2.0-only
/* Refused: read-only-map. A variable of the kernel is written. */
/* Until 6.18: kernel-symbol. */
/* Until 6.12: read-only-map. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const unsigned long process_counts __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	*(unsigned long *)bpf_this_cpu_ptr(&process_counts) = 1; /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
