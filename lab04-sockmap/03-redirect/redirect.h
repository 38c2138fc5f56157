/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What one end of a connection is found by. For the kernel program only. */
#ifndef REDIRECT_H
#define REDIRECT_H

#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/*
 * Addresses are in network byte order, IPv4 ones in the form that IPv6 has for
 * them; ports are in host byte order. There is no gap between the fields: all
 * bytes of a key count, those of a gap too.
 */
struct key {
	__u64 netns; /* cookie of the network namespace */
	__u32 local[4];
	__u32 remote[4];
	__u32 local_port;
	__u32 remote_port;
};

/*
 * Writes the IPv4 address a.b.c.d as the IPv6 address ::ffff:a.b.c.d. The barrier
 * keeps clang from joining "else put_ip4()" with the branch before it: one read of
 * the context for both families, at an address that depends, is refused.
 */
static __always_inline void put_ip4(__u32 to[4], __u32 ip4)
{
	to[0] = 0;
	to[1] = 0;
	to[2] = bpf_htonl(0xffff);
	to[3] = ip4;
	barrier();
}

#endif
