// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes TCP connections between two processes of this machine off the network
 * stack: what one end sends goes straight into the other end's receive queue.
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
	struct key key = {};

	key.netns = bpf_get_netns_cookie(ctx);
	key.local_port = ctx->local_port;
	key.remote_port = bpf_ntohl(ctx->remote_port);
	if (ctx->family == AF_INET6) {
		for (int i = 0; i < 4; i++) {
			key.local[i] = ctx->local_ip6[i];
			key.remote[i] = ctx->remote_ip6[i];
		}
	} else {
		put_ip4(key.local, ctx->local_ip4);
		put_ip4(key.remote, ctx->remote_ip4);
	}
	bpf_sock_hash_update(ctx, &sockets, &key, BPF_ANY);
	return 1;
}

/* Called when a process sends through a socket that is in the map. */
SEC("sk_msg")
int redirect(struct sk_msg_md *ctx)
{
	struct key peer = {};

	peer.netns = bpf_get_netns_cookie(ctx);
	peer.local_port = bpf_ntohl(ctx->remote_port);
	peer.remote_port = ctx->local_port;
	if (ctx->family == AF_INET6) {
		for (int i = 0; i < 4; i++) {
			peer.local[i] = ctx->remote_ip6[i];
			peer.remote[i] = ctx->local_ip6[i];
		}
	} else {
		put_ip4(peer.local, ctx->remote_ip4);
		put_ip4(peer.remote, ctx->local_ip4);
	}
	/* Not there: no socket is chosen, and SK_PASS sends it as TCP. */
	bpf_msg_redirect_hash(ctx, &sockets, &peer, BPF_F_INGRESS);
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
