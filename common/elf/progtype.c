// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From a section's name to the type of program in it. The names are libbpf's,
 * those that need nothing from the kernel's BTF: fentry, tp_btf, lsm and
 * struct_ops are not among them.
 */
#include "common/elf/loader.h"

#include <string.h>

#define TYPE(section, type, ...)                                  \
	{                                                         \
		section, #type, BPF_PROG_TYPE_##type, __VA_ARGS__ \
	}

/* Longer names before those that they begin with. */
static const struct progtype types[] = {
	TYPE("xdp.frags", XDP, BPF_XDP, BPF_F_XDP_HAS_FRAGS),
	TYPE("xdp", XDP, BPF_XDP, 0),
	TYPE("tc", SCHED_CLS, 0, 0),
	TYPE("classifier", SCHED_CLS, 0, 0),
	TYPE("action", SCHED_ACT, 0, 0),
	TYPE("socket", SOCKET_FILTER, 0, 0),
	TYPE("sk_reuseport", SK_REUSEPORT, BPF_SK_REUSEPORT_SELECT, 0),
	TYPE("sk_lookup", SK_LOOKUP, BPF_SK_LOOKUP, 0),
	TYPE("sk_msg", SK_MSG, BPF_SK_MSG_VERDICT, 0),
	TYPE("sk_skb/stream_parser", SK_SKB, BPF_SK_SKB_STREAM_PARSER, 0),
	TYPE("sk_skb/stream_verdict", SK_SKB, BPF_SK_SKB_STREAM_VERDICT, 0),
	TYPE("sk_skb", SK_SKB, 0, 0),
	TYPE("sockops", SOCK_OPS, BPF_CGROUP_SOCK_OPS, 0),
	TYPE("flow_dissector", FLOW_DISSECTOR, BPF_FLOW_DISSECTOR, 0),
	TYPE("lwt_in", LWT_IN, 0, 0),
	TYPE("lwt_out", LWT_OUT, 0, 0),
	TYPE("lwt_xmit", LWT_XMIT, 0, 0),
	TYPE("cgroup_skb/ingress", CGROUP_SKB, BPF_CGROUP_INET_INGRESS, 0),
	TYPE("cgroup_skb/egress", CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0),
	TYPE("cgroup/skb", CGROUP_SKB, 0, 0),
	TYPE("cgroup/connect4", CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, 0),
	TYPE("cgroup/connect6", CGROUP_SOCK_ADDR, BPF_CGROUP_INET6_CONNECT, 0),
	TYPE("raw_tracepoint", RAW_TRACEPOINT, 0, 0),
	TYPE("raw_tp", RAW_TRACEPOINT, 0, 0),
	TYPE("tracepoint", TRACEPOINT, 0, 0),
	TYPE("tp", TRACEPOINT, 0, 0),
	TYPE("perf_event", PERF_EVENT, 0, 0),
	TYPE("syscall", SYSCALL, 0, BPF_F_SLEEPABLE),
};

const struct progtype *progtype_of(const char *section)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		size_t len = strlen(types[i].section);

		if (!strncmp(section, types[i].section, len) && strchr("/", section[len]))
			return &types[i];
	}
	return NULL;
}
