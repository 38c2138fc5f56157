/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The key of a trie that has the prefixes of both families. Kernel programs include it
 * behind vmlinux.h or the uapi headers, and so does user space.
 */
#ifndef COMMON_BPF_ACL_TRIE_H
#define COMMON_BPF_ACL_TRIE_H

/*
 * The family is the first part of the prefix: all its bits always count, so that no
 * prefix of the other one fits. Behind them come those of the address.
 */
struct acl_trie_key {
	__u32 bits;	   /* that count: ACL_FAMILY_BITS and the prefix's; host byte order */
	__u32 family;	   /* 4 or 6 */
	__be32 address[4]; /* network byte order; IPv4: the first one, the others are 0 */
};

#define ACL_FAMILY_BITS 32

#endif /* COMMON_BPF_ACL_TRIE_H */
