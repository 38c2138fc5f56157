/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Access control lists in user space, for the loaders and tests of lab03-xdp/14 to
 * 17: rules, files of rules, the reference matcher, generated rule sets and packets,
 * and the tool `acl`, of which a lesson's acl.c gives only what differs: its
 * kernel program, and how rules get into its maps (struct acl_engine).
 *
 *	static int install(const struct acl_state *state, const struct acl_rules *rules)
 *	{
 *		...a new inner map with the rules, then one update of the outer one
 *	}
 *
 *	int main(int argc, char **argv)
 *	{
 *		static const struct acl_engine engine = {
 *			.name = "acl-linear",
 *			.rules_max = ACL_RULES_MAX,
 *			.object = acl_bpf__elf_bytes,
 *			.install = install,
 *		};
 *
 *		return acl_tool_main(argc, argv, &engine);
 *	}
 *
 * Errors: 0 or -errno; what went wrong is kept for lab_report(), as in lab.h.
 * What a rule can see of a packet, and the numbers, are in common/bpf/acl.h.
 */
#ifndef ACL_H
#define ACL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/types.h>
#include <bpf/libbpf.h>

#include "common/bpf/acl.h"

/* ---- rules (rules.c) ------------------------------------------------------ */

struct acl_prefix {
	__be32 address[4]; /* network byte order; IPv4: address[0]. Bits behind the length are 0 */
	__u32 length;	   /* in bits: to 32, IPv6 to 128; 0: any address */
};

/* lo and hi belong to it; host byte order. The ports of a packet without ports are ACL_NO_PORT. */
struct acl_range {
	__u32 lo;
	__u32 hi; /* 0 to ACL_NO_PORT: no condition */
};

/* No condition on the protocol or the ICMP type. */
#define ACL_ANY 0xffff

/* A packet must meet all conditions. No byte of it is padding. */
struct acl_rule {
	struct acl_prefix src, dst;
	struct acl_range sport, dport;
	__u16 family;	   /* 4, 6; 0: both, then src and dst have length 0 */
	__u16 proto;	   /* 0 to 255, or ACL_ANY */
	__u16 icmp_type;   /* 0 to 255, or ACL_ANY */
	__u16 flags_mask;  /* a condition on TCP flags has ACL_NO_FLAGS in its mask; 0: none */
	__u16 flags_value; /* (key's tcp_flags & flags_mask) == flags_value */
	__u16 action;	   /* enum acl_action */
	__u32 line;	   /* of the file it was read from, from 1; 0: from none */
	__u32 slot;	   /* where it is counted (common/bpf/acl.h); 0: not yet known */
};

/* A list: the first rule that matches decides. Zeroed, with acl_rules_init(), it is empty. */
struct acl_rules {
	struct acl_rule *rule; /* rule number n is rule[n - 1] */
	size_t count;
	size_t room;	      /* allocated */
	__u32 default_action; /* enum acl_action: what happens when none matches */
	const char *source;   /* the file that the lines are of, borrowed; NULL: none */
};

/* An empty list that permits. */
void acl_rules_init(struct acl_rules *rules);
void acl_rules_free(struct acl_rules *rules);

/* A rule without conditions, with this action. */
void acl_rule_init(struct acl_rule *rule, enum acl_action action);

/* Inserts a copy as number `at` (1 to count + 1; 0: at the end). -EINVAL: no such place. */
int acl_rules_insert(struct acl_rules *rules, const struct acl_rule *rule, size_t at);
/* Takes number `at` out. -ENOENT: no such rule. */
int acl_rules_remove(struct acl_rules *rules, size_t at);
/* *copy must be empty, and is to be freed. */
int acl_rules_copy(struct acl_rules *copy, const struct acl_rules *rules);

/* Same conditions and action; line and slot do not count. */
bool acl_rule_equal(const struct acl_rule *a, const struct acl_rule *b);

/*
 * Gives each rule its slot. One that is in `old` too keeps the slot it has there; the
 * others get those that nobody in `old` has. old may be NULL.
 */
int acl_rules_assign(struct acl_rules *rules, const struct acl_rules *old);

/* The netmask of a prefix, network byte order. family 4: the other words are all ones. */
void acl_prefix_mask(const struct acl_prefix *prefix, int family, __be32 mask[4]);

/* Sets the bits behind the length to 0. */
void acl_prefix_trim(struct acl_prefix *prefix, int family);

/* ---- the reference (match.c) ----------------------------------------------- */

/* What every lesson's kernel program must agree with: slow, and plain to read. */
bool acl_rule_matches(const struct acl_rule *rule, const struct acl_key *key);
/* The index of the first rule that matches, count if none does. */
size_t acl_match(const struct acl_rules *rules, const struct acl_key *key);

/* ---- rules as text (text.c) ------------------------------------------------- */

/*
 * One rule in our own syntax; text is changed. -EINVAL, and the reason is kept by
 * lab_fail() behind `where` ("rules.acl:3: "):
 *
 *	ACTION [ip4|ip6] PROTO from ADDRESS [port PORTS] to ADDRESS [port PORTS]
 *	       [type TYPE] [flags SET/MASK]
 *	ACTION permit, deny;  PROTO any, tcp, udp, icmp, icmp6, or 0 to 255
 *	ADDRESS any, 192.0.2.0/24, 2001:db8::/32, 192.0.2.1;  PORTS 80, 1024-65535
 *	TYPE 0 to 255;  flags S/SA: of SYN and ACK, only SYN is set (letters FSRPAUEC; 0: none)
 */
int acl_rule_parse(char *text, const char *where, struct acl_rule *rule);

/* "permit" or "deny"; -EINVAL: neither. */
int acl_action_parse(const char *text, __u32 *action);
const char *acl_action_name(__u32 action);

enum {
	ACL_TEXT_MAX = 256
};
/* The same back, so that it can be parsed again. Returns text. */
char *acl_rule_text(const struct acl_rule *rule, char text[ACL_TEXT_MAX]);

/* "tcp 192.0.2.2:40000 > 192.0.2.1:80 flags S": what a packet is. Returns text. */
char *acl_key_text(const struct acl_key *key, char text[ACL_TEXT_MAX]);

/* ---- files of rules (read.c and read_*.c) --------------------------------------- */

enum acl_format {
	ACL_FORMAT_AUTO,       /* found out from the first line that is no comment */
	ACL_FORMAT_PLAIN,      /* our own: a rule a line, and "default permit" or "default deny" */
	ACL_FORMAT_CLASSBENCH, /* filter sets: all rules permit, and the default denies */
	ACL_FORMAT_IPTABLES,   /* iptables-save: the rules of one chain, and its policy */
	ACL_FORMAT_IP6TABLES,
};

struct acl_source {
	const char *path; /* "-": stdin */
	enum acl_format format;
	const char *chain; /* iptables: which one; NULL: INPUT */
	size_t rules_max;  /* more are an error; 0: ACL_RULES_MAX */
};

/*
 * Reads a list. -EINVAL, and "FILE:LINE: reason" is kept; then *rules is as it was.
 * *rules must be initialised; what was in it is replaced.
 */
int acl_rules_read(struct acl_rules *rules, const struct acl_source *source);
/* "auto", "plain", "classbench", "iptables", "ip6tables"; -EINVAL: none of them. */
int acl_format_parse(const char *name, enum acl_format *format);

/* ---- generated rule sets and packets (generate.c, trace.c, frame.c) -------------- */

enum acl_kind {
	ACL_KIND_ACL,	 /* ClassBench's acl: long destination prefixes, exact ports */
	ACL_KIND_FW,	 /* fw: many wildcards, short prefixes, ranges */
	ACL_KIND_IPC,	 /* ipc: between the two */
	ACL_KIND_RANDOM, /* anything that a rule can say, both families: for the differential test */
	ACL_KIND_EXACT, /* only what 15-acl-exact-lpm takes: 5-tuples, source prefixes, destination prefixes */
};

/* xorshift64*: the same numbers everywhere. State 0 is not allowed: acl_seed(). */
struct acl_random {
	__u64 state;
};
void acl_seed(struct acl_random *random, __u64 seed);
__u64 acl_next(struct acl_random *random);
/* 0 to n - 1; n is not 0. */
__u32 acl_below(struct acl_random *random, __u32 n);

/*
 * A set of up to count rules (none twice) of this kind; family 4 or 6 (RANDOM and EXACT:
 * 0 mixes them). The same seed gives the same set. The last rule of acl, fw, ipc is
 * no wildcard: the default action is deny.
 */
int acl_generate(struct acl_rules *rules, enum acl_kind kind, int family, size_t count, __u64 seed);
int acl_kind_parse(const char *name, enum acl_kind *kind);
const char *acl_kind_name(enum acl_kind kind);

/*
 * n packets for a rule set, to be freed; NULL: no memory. About `hits` percent are made
 * to fit a rule, picked uniformly, at the edges of its prefixes and ranges as often as
 * inside; the others are one step beside a rule, or random.
 */
struct acl_key *acl_trace(const struct acl_rules *rules, size_t n, unsigned int hits, __u64 seed);

/* How a packet looks on the wire, besides its key. */
struct acl_shape {
	unsigned int tags;	 /* VLAN tags, 0 to 2 (more: a bad frame) */
	unsigned int options;	 /* IPv4: bytes of options, a multiple of 4, to 40 */
	unsigned int extensions; /* IPv6: extension headers before the transport header, to 5 */
	bool first_fragment;	 /* "more fragments" is set, offset 0 */
	bool later_fragment;	 /* offset not 0: what looks like a transport header is data */
	unsigned int payload;	 /* bytes behind the headers */
};

enum {
	ACL_FRAME_MAX = 512
};

/*
 * The frame of such a packet: lengths and the IP header's checksum are right, those of
 * TCP, UDP and ICMP are 0. A later fragment's data looks like the transport header of
 * the key; acl_key_fragment() then makes the key what a rule can see of it.
 * Returns the length in bytes.
 */
size_t acl_frame(const struct acl_key *key, const struct acl_shape *shape,
		 unsigned char frame[ACL_FRAME_MAX]);

/* Takes ports, type and flags away. */
void acl_key_fragment(struct acl_key *key);

/* ---- the tool (tool.c, state.c and others) ------------------------------------------ */

/* The maps and programs of a lesson's object in the kernel. */
struct acl_state;

/* The fd of a map of the object, by its name; borrowed. -ENOENT, and the reason is kept. */
int acl_state_map(const struct acl_state *state, const char *name);

/*
 * What differs between the lessons. The object has the programs
 *
 *	SEC("xdp") int acl(struct xdp_md *ctx)        decides, and counts
 *	SEC("xdp") int acl_which(struct xdp_md *ctx)  returns the slot that acl would count
 *						      the packet in, and counts nothing
 *
 * and the map "counters": BPF_MAP_TYPE_PERCPU_ARRAY of ACL_SLOTS struct acl_count.
 */
struct acl_engine {
	const char *name;  /* for messages and --help: "acl-linear" */
	const char *about; /* one sentence for --help; may be NULL */
	size_t rules_max;

	/* The object file's bytes: the skeleton's NAME_bpf__elf_bytes. */
	const void *(*object)(size_t *size);

	/* Says no to a list that this engine cannot take: acl_refuse() and its result. May be NULL. */
	int (*check)(const struct acl_rules *rules);

	/* Changes the object between open and load (sizes of maps, constants). May be NULL. */
	int (*prepare)(struct bpf_object *object);

	/*
	 * Puts the list in the place of the one before. A packet is judged by the whole old
	 * list or by the whole new one, and when it returns none is judged by the old one any
	 * more. Every rule has its slot. After an error the old list is still in place.
	 */
	int (*install)(const struct acl_state *state, const struct acl_rules *rules);
};

/* For check(): "FILE:LINE: reason" for rule[index], or "rule N: reason". Returns -EINVAL. */
int acl_refuse(const struct acl_rules *rules, size_t index, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The command acl: load FILE, add RULE, del N, list, stats, check PACKET, attach IFACE,
 * detach, unload. Returns what main() returns: 0; 1 the kernel or the list says no;
 * 2 usage; 3 bad rules; 4 this machine cannot.
 *
 * State is pinned in $TESTENV_BPF/acl, outside of an environment /sys/fs/bpf/acl, or
 * --pins DIR: DIR/prog/acl, DIR/prog/acl_which, DIR/map/NAME, DIR/link/IFACE; the list
 * itself in DIR/map/list.
 */
int acl_tool_main(int argc, char **argv, const struct acl_engine *engine);

#endif /* ACL_H */
