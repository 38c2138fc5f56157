// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes TCP connections between two processes of this machine off the network
 * stack: what one end sends goes straight into the other end's receive queue.
 *
 * So far it does nothing: all data goes as TCP. TODO 1 to 5 are yours.
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "redirect.h"

#define AF_INET6 10 /* the headers of the C library have it, and do not fit in here */

/* The sockets, by their keys. The kernel takes a socket out when it is closed. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 16384);
	__type(key, struct key);
	__type(value, __u64);
} sockets SEC(".maps");

/* Called at certain moments in the life of every TCP socket; ctx->op says which. */
SEC("sockops")
int remember(struct bpf_sock_ops *ctx)
{
	/* TODO 1: a connection is there from BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB (at the
	 *         client's end) and BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB (at the server's)
	 *         on. At any other moment leave with return 1.
	 */

	/* TODO 2: struct key key = {}; then set key.netns, with bpf_get_netns_cookie(ctx),
	 *         and both ports. Both have 32 bits; ctx->local_port is in host byte
	 *         order, ctx->remote_port in network byte order.
	 */

	/* TODO 3: set both addresses. If ctx->family is AF_INET6, they are in
	 *         ctx->local_ip6[0..3] and ctx->remote_ip6[0..3]; else put_ip4() takes
	 *         ctx->local_ip4 and ctx->remote_ip4.
	 */

	/* TODO 4: put the socket into the map under this key, with
	 *         bpf_sock_hash_update(ctx, &sockets, &key, BPF_ANY).
	 */

	return 1;
}

/* Called when a process sends through a socket that is in the map. */
SEC("sk_msg")
int redirect(struct sk_msg_md *ctx)
{
	/* TODO 5: make the other end's key: as in remember(), but what is local here is
	 *         remote there. Then bpf_msg_redirect_hash(ctx, &sockets, &key,
	 *         BPF_F_INGRESS). It may find nothing; the data must then go as TCP.
	 */
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
