/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Internet checksums (RFC 1071) for programs that change packets. After a field
 * was rewritten, its header's checksum is updated from the old and the new
 * value (RFC 1624); nothing else of the packet need be read.
 *
 *	checksum_replace16(&udp->check, udp->dest, port);
 *	udp->dest = port;
 *
 * Values are as they stand in the packet, in network byte order: a sum of
 * swapped bytes is the swapped sum, so none is ever converted. All sizes are
 * in bytes. TCP's and UDP's checksum also covers the IP addresses: a program that
 * rewrites an address updates both.
 *
 * Include vmlinux.h or a uapi header (<linux/types.h>) before this file. Not here:
 * checksums that the card is still to fill in. On the way out of this machine a
 * packet may hold only the sum of its pseudo header; in tc use the helpers
 * bpf_l3_csum_replace() and bpf_l4_csum_replace().
 */
#ifndef COMMON_BPF_CHECKSUM_H
#define COMMON_BPF_CHECKSUM_H

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* Folds a sum of 16-bit words to 16 bits; the sum itself, not yet its complement. */
static __always_inline __u16 checksum_fold(__u64 sum)
{
	/* Each step adds what is above 16 bits; 64 bits need four. */
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* What goes into a header: the complement of the folded sum. */
static __always_inline __u16 checksum_finish(__u64 sum)
{
	return (__u16)~checksum_fold(sum);
}

/*
 * Adds size bytes at data, a multiple of 2 known at compile time, to a sum. For a
 * whole IPv4 header with its check field 0:
 *	ip->check = checksum_finish(checksum_add(0, ip, sizeof(*ip)));
 */
static __always_inline __u64 checksum_add(__u64 sum, const void *data, __u32 size)
{
	const __u16 *word = data;

	for (__u32 i = 0; i < size / sizeof(*word); i++)
		sum += word[i];
	return sum;
}

/* RFC 1624, equation 3: new check = ~(~check + ~old + new) */
static __always_inline void checksum_replace16(__u16 *check, __u16 old, __u16 new)
{
	*check = checksum_finish((__u64)(__u16) ~*check + (__u16)~old + new);
}

/* The same for 32 bits, such as an IPv4 address. */
static __always_inline void checksum_replace32(__u16 *check, __u32 old, __u32 new)
{
	*check = checksum_finish((__u64)(__u16) ~*check + (__u32)~old + new);
}

/* The same for size bytes, a multiple of 2 known at compile time, such as an IPv6 address. */
static __always_inline void checksum_replace(__u16 *check, const void *old, const void *new,
					     __u32 size)
{
	const __u16 *from = old, *to = new;
	__u64 sum = (__u16) ~*check;

	for (__u32 i = 0; i < size / sizeof(*from); i++)
		sum += (__u16)~from[i] + to[i];
	*check = checksum_finish(sum);
}

/*
 * UDP over IPv4: a checksum of 0 stands for "none" and stays so, and one that
 * comes out as 0 is sent as 0xffff.
 */
static __always_inline void checksum_replace16_udp(__u16 *check, __u16 old, __u16 new)
{
	if (*check == 0)
		return;
	checksum_replace16(check, old, new);
	if (*check == 0)
		*check = 0xffff;
}

static __always_inline void checksum_replace32_udp(__u16 *check, __u32 old, __u32 new)
{
	if (*check == 0)
		return;
	checksum_replace32(check, old, new);
	if (*check == 0)
		*check = 0xffff;
}

#endif /* COMMON_BPF_CHECKSUM_H */
