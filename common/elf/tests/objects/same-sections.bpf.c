// SPDX-License-Identifier: GPL-2.0-only
/* Loaded as libbpf does: programs of many types. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp.frags")
int frags(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data > 60 ? XDP_PASS : XDP_DROP;
}

SEC("socket")
int socket_filter(struct __sk_buff *skb)
{
	return skb->len / 2;
}

SEC("cgroup_skb/ingress")
int ingress(struct __sk_buff *skb)
{
	return skb->len > 64;
}

SEC("sockops")
int ops(struct bpf_sock_ops *ctx)
{
	return ctx->op == 4;
}

SEC("raw_tp/sys_enter")
int entered(struct bpf_raw_tracepoint_args *ctx)
{
	return ctx->args[1] == 7;
}

SEC("tp/syscalls/sys_enter_getpid")
int trace(void *ctx)
{
	bpf_printk("%d", 7);
	return 0;
}

SEC("syscall")
int called(void *ctx)
{
	return 3;
}

char LICENSE[] SEC("license") = "GPL";
