// SPDX-License-Identifier: GPL-2.0-only
/* Refused: calls-too-deep. Nine functions, each calls the next. */
/* From 7.3: accepted. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define FUNCTION(name, next)                             \
	static __attribute__((noinline)) int name(int n) \
	{                                                \
		asm volatile("" : "+r"(n));              \
		return next(n) + n;                      \
	}

static __attribute__((noinline)) int f9(int n)
{
	asm volatile("" : "+r"(n));
	return n;
}
FUNCTION(f8, f9)
FUNCTION(f7, f8) /* here */
FUNCTION(f6, f7)
FUNCTION(f5, f6)
FUNCTION(f4, f5)
FUNCTION(f3, f4)
FUNCTION(f2, f3)
FUNCTION(f1, f2)

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return f1(ctx->rx_queue_index);
}

char LICENSE[] SEC("license") = "GPL";
