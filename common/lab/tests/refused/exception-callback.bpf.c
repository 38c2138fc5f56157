// SPDX-License-Identifier: GPL-2.0-only
/* Refused: exception-callback. The function for exceptions is static. */
/* Until 6.1: kfunc. Newer libbpf: exception-function. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern void bpf_throw(__u64 cookie) __ksym;

static __attribute__((noinline, used)) int on_exception(__u64 cookie)
{
	return 0;
}

SEC("tc")
__attribute__((btf_decl_tag("exception_callback:on_exception"))) int prog(struct __sk_buff *skb)
{
	bpf_throw(on_exception(skb->len)); /* here */
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
