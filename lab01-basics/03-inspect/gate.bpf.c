// SPDX-License-Identifier: GPL-2.0-only
/*
 * Given: programs that "plant" puts onto a cgroup, at the place where its
 * processes connect over IPv4. Those that refuse differ in nothing but the name;
 * plant loads one of them, several times over.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "planted.h"

char LICENSE[] SEC("license") = "GPL";

/* How many connections a program was asked about. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} asked SEC(".maps");

/* Ports that are refused. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PORTS_MAX);
	__type(key, __u32);
	__type(value, struct entry);
} ports SEC(".maps");

/* One entry for each port there is. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct entry);
} all_ports SEC(".maps");

/* Every connect() of the cgroup: 1 lets it go on, 0 is EPERM for the caller. */
static __always_inline int refuse_some(struct bpf_sock_addr *ctx)
{
	__u32 port = bpf_ntohs(ctx->user_port), zero = 0;
	struct entry *entry;
	__u64 *calls;

	calls = bpf_map_lookup_elem(&asked, &zero);
	if (calls)
		__sync_fetch_and_add(calls, 1);
	entry = bpf_map_lookup_elem(&ports, &port);
	if (!entry)
		return 1;
	__sync_fetch_and_add(&entry->refused, 1);
	return 0;
}

SEC("cgroup/connect4")
int gate(struct bpf_sock_addr *ctx)
{
	return refuse_some(ctx);
}

SEC("cgroup/connect4")
int guard(struct bpf_sock_addr *ctx)
{
	return refuse_some(ctx);
}

SEC("cgroup/connect4")
int policy(struct bpf_sock_addr *ctx)
{
	return refuse_some(ctx);
}

/* Refuses nothing: counts the connections to each port. */
SEC("cgroup/connect4")
int ledger(struct bpf_sock_addr *ctx)
{
	__u32 port = bpf_ntohs(ctx->user_port);
	struct entry *entry;

	entry = bpf_map_lookup_elem(&all_ports, &port);
	if (entry)
		__sync_fetch_and_add(&entry->refused, 1);
	return 1;
}
