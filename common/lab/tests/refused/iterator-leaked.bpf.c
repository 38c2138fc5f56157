// SPDX-License-Identifier: GPL-2.0-only
/* Refused: leaked-reference. An iterator is not ended. */
/* Until 6.1: kfunc. */
#include <linux/bpf.h>
#include "common/lab/tests/sections.h"

struct bpf_iter_num___local {
	__u64 opaque;
};

extern int bpf_iter_num_new(struct bpf_iter_num___local *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num___local *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num___local *it) __ksym;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct bpf_iter_num___local it;

	bpf_iter_num_new(&it, 0, 3); /* here */
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
