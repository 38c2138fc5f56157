/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A list of rules as a decision tree in one value of one map (lab03-xdp/17-acl-fast).
 * common/acl/cut.c builds it, a kernel program walks it.
 *
 * A node is a cut or a leaf. A cut looks at a few neighbouring bits of the packet:
 * their number says which child to go to. A leaf has up to CUT_LEAF_MAX entries, the
 * rules that are left; the earlier ones first. Every rule is in one leaf only. One
 * that leaves the bits of a cut open is not copied to all of its children: it is set
 * aside, such rules make a tree of their own, and every leaf below the cut names that
 * tree's root: it is where the search goes on ("next").
 *
 * Include vmlinux.h or the uapi headers before this file.
 */
#ifndef COMMON_BPF_ACL_CUT_H
#define COMMON_BPF_ACL_CUT_H

#include <bpf/bpf_endian.h>

#include "common/bpf/acl.h"

#define CUT_LEAF_MAX   8     /* entries of a leaf */
#define CUT_DEPTH_MAX  16    /* cuts from a root to a leaf */
#define CUT_LEAVES_MAX 8192  /* leaves that a packet may have to see; a dozen are common */
#define CUT_NODES      32768 /* a power of two: an index is masked, not compared */
#define CUT_WIDTH_MAX  8     /* bits of a cut */

/* Words of a key that are set, in pairs. */
#define CUT_PAIRS_IPV4 2
#define CUT_PAIRS_IPV6 5

/*
 * A packet as words of 32 bits, host byte order, most significant bit first. Entries
 * compare two of them at once. The rest of the array is 0.
 */
enum cut_word {
	CUT_PORTS, /* source port << 16 | destination port; 0 for none */
	CUT_REST,  /* protocol | TCP flags << CUT_FLAGS | ICMP type << CUT_TYPE */
	CUT_SRC,   /* IPv4: 1 word, then dst; IPv6: 4 words, then dst */
};
#define CUT_FLAGS 8
#define CUT_TYPE  17
#define CUT_WORDS 16 /* a power of two, for the same reason */

struct cut_key {
	union {
		__u32 word[CUT_WORDS];
		__u64 pair[CUT_WORDS / 2];
	};
	__u32 sport; /* as in struct acl_key */
	__u32 dport;
	__u32 pairs; /* CUT_PAIRS_IPV4 or CUT_PAIRS_IPV6 */
};

struct cut_node {
	__u32 first;	/* a cut: its first child's number; a leaf: where its first entry is */
	__u16 mask;	/* a cut: as many ones as bits are looked at; a leaf: 0 */
	__u8 word;	/* a cut: in which word of the key they are, ... */
	__u8 shift;	/* ... and how many bits of the word are behind them */
	__u32 next;	/* a leaf: the node where the search goes on; 0: it ends */
	__u16 count;	/* a leaf: of its entries */
	__u16 earliest; /* a leaf: the lowest order found from `next` on; CUT_NONE when next is 0 */
};

/* No rule: behind all of them. */
#define CUT_NONE 0xffff

/* The bits that a rule asks for in two words, and what they must be. */
struct cut_bits {
	__u64 mask;
	__u64 value;
};

/* One rule. The next entry of a leaf follows at once: cut_entry_size(). */
struct cut_entry {
	__u16 order;  /* the rule's place in the list, from 0 */
	__u16 slot;   /* where it is counted */
	__u32 action; /* enum acl_action */
	__u32 sport_lo, sport_hi, dport_lo, dport_hi;
	struct cut_bits bits[]; /* as many as the key has pairs */
};

/* In units of 8 bytes. */
#define CUT_ENTRY_IPV4 7
#define CUT_ENTRY_IPV6 13
#define CUT_DATA       (ACL_RULES_MAX * (CUT_ENTRY_IPV4 + CUT_ENTRY_IPV6))

/* A generation: all of it is one value. */
struct cut_tree {
	__u32 root[2];	      /* node numbers: IPv4, IPv6 */
	__u32 default_action; /* enum acl_action: when no rule matches */
	__u32 unused;
	struct cut_node node[CUT_NODES];
	__u64 data[CUT_DATA + CUT_ENTRY_IPV6]; /* one more: an entry at the end is all inside */
};

static __always_inline __u32 cut_entry_size(__u32 pairs)
{
	return (sizeof(struct cut_entry) + pairs * sizeof(struct cut_bits)) / sizeof(__u64);
}

/* NULL: there is no entry at this place. */
static __always_inline struct cut_entry *cut_entry_at(struct cut_tree *tree, __u64 at)
{
	/* The verifier wants to see that very register compared that is added then. */
	asm volatile("" : "+r"(at));
	if (at >= CUT_DATA)
		return NULL;
	return (struct cut_entry *)&tree->data[at];
}

/* The root of the tree for this packet's family, and the packet's words. */
static __always_inline __u32 cut_read_key(const struct cut_tree *tree, const struct acl_key *key,
					  struct cut_key *cut)
{
	__u32 *word = cut->word;

	*cut = (struct cut_key){ .sport = key->sport, .dport = key->dport };
	word[CUT_PORTS] = (key->sport & 0xffff) << 16 | (key->dport & 0xffff);
	word[CUT_REST] =
		key->proto | (__u32)key->tcp_flags << CUT_FLAGS | (__u32)key->icmp_type << CUT_TYPE;
	if (key->family == 4) {
		word[CUT_SRC] = bpf_ntohl(key->src[0]);
		word[CUT_SRC + 1] = bpf_ntohl(key->dst[0]);
		cut->pairs = CUT_PAIRS_IPV4;
		return tree->root[0];
	}
	for (int i = 0; i < 4; i++) {
		word[CUT_SRC + i] = bpf_ntohl(key->src[i]);
		word[CUT_SRC + 4 + i] = bpf_ntohl(key->dst[i]);
	}
	cut->pairs = CUT_PAIRS_IPV6;
	return tree->root[1];
}

#endif /* COMMON_BPF_ACL_CUT_H */
