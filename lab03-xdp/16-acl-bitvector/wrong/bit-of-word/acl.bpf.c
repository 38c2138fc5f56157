// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access control list as bit vectors. Each field of the packet has a class, and each
 * class a vector with a bit for every rule: does the rule accept this value? A rule that
 * is set in all six vectors fits the packet, and the first such rule decides.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/acl.h"
#include "common/bpf/acl_trie.h"
#include "common/bpf/slow.h"
#include "tables.h"

/* ---- given: the tables ------------------------------------------------------ */

/* The loader makes new inner maps for each list; these are their patterns. */
struct class_of_prefix {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * ACL_RULES_MAX);
	__uint(key_size, sizeof(struct acl_trie_key));
	__uint(value_size, sizeof(__u32));
};

struct classes_of_port {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, PORTS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct port_classes));
};

struct class_of_other {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, OTHERS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u64));
};

/* BPF_F_INNER_MAP: each list may have another number of them. */
struct vector_of_class {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct vector));
};

struct verdict_of_rule {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ACL_RULES_MAX);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct verdict));
};

struct now {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct generation));
};

#define OUTER(name, inner, places)                        \
	struct {                                          \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
		__uint(max_entries, places);              \
		__type(key, __u32);                       \
		__array(values, struct inner);            \
	} name SEC(".maps")

OUTER(sources, class_of_prefix, PLACES);
OUTER(destinations, class_of_prefix, PLACES);
OUTER(ports, classes_of_port, PLACES);
OUTER(others, class_of_other, PLACES);
OUTER(vectors, vector_of_class, PLACES);
OUTER(verdicts, verdict_of_rule, PLACES);
OUTER(current, now, 1);

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ACL_SLOTS);
	__type(key, __u32);
	__type(value, struct acl_count);
} counters SEC(".maps");

/* In slow motion so much time passes between the first two look-ups. The checks set it. */
__u32 slow_us;

/* The generation that counts now, or NULL before the first list is loaded. */
static __always_inline const struct generation *generation_now(void)
{
	__u32 first = 0;
	void *now = bpf_map_lookup_elem(&current, &first);

	return now ? bpf_map_lookup_elem(now, &first) : NULL;
}

/* What a table in this place has for a key; NULL: there is no table, or no such key. */
static __always_inline void *look_up(void *outer, __u32 place, const void *key)
{
	void *table = bpf_map_lookup_elem(outer, &place);

	return table ? bpf_map_lookup_elem(table, key) : NULL;
}

/* ---- given: the fields of a packet -------------------------------------------- */

enum field {
	SOURCE,
	DESTINATION,
	SOURCE_PORT,
	DESTINATION_PORT,
	PROTOCOL,
	DETAIL, /* TCP flags, or the type of ICMP, or that it has neither */
	FIELDS,
};

/* The number of the lowest bit that is set; bits must not be 0. */
static __always_inline __u32 lowest_bit(__u64 bits)
{
	/* A number with one bit set, times this one, has another beginning for each bit. */
	static const __u8 number[64] = {
		0,  1,	2,  53, 3,  7,	54, 27, 4,  38, 41, 8,	34, 55, 48, 28,
		62, 5,	39, 46, 44, 42, 22, 9,	24, 35, 59, 56, 49, 18, 29, 11,
		63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10,
		51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
	};

	return number[((bits & -bits) * 0x022fdd63cc95386dULL) >> 58];
}

/* ---- yours: one class, and the first rule ------------------------------------- */

/* The class of the address's longest prefix, or NULL. tries: &sources or &destinations. */
static __always_inline const __u32 *class_of_address(void *tries, __u32 place, __u32 family,
						     const __be32 address[4])
{
	struct acl_trie_key key = {
		.bits = ACL_FAMILY_BITS + (family == 4 ? 32 : 128),
		.family = family,
	};

	__builtin_memcpy(key.address, address, sizeof(key.address));
	return look_up(tries, place, &key);
}

/* The number of the first bit that is set in all vectors, whose first words are in use; -1: none. */
static __always_inline int first_rule(const struct vector *vector[FIELDS], __u32 words)
{
	for (__u32 i = 0; i < WORDS && i < words; i++) {
		__u64 all = ~0ULL;

		for (int field = 0; field < FIELDS; field++)
			all &= vector[field]->word[i];
		if (all)
			return lowest_bit(all);
	}
	return -1;
}

/* ---- given: from a packet to its rule ----------------------------------------- */

/* false: for one of the fields no rule accepts the value, so no rule fits. */
static __always_inline bool find_classes(const struct acl_key *packet, __u32 place,
					 __u32 class[FIELDS])
{
	__u32 detail_index = details_index(packet->tcp_flags, packet->icmp_type);
	__u32 protocol_index = packet->proto;
	const struct port_classes *sport, *dport;
	const __u64 *protocol, *detail;
	const __u32 *src, *dst;

	src = class_of_address(&sources, place, packet->family, packet->src);
	if (!src)
		return false;
	slow_motion(slow_us);
	dst = class_of_address(&destinations, place, packet->family, packet->dst);
	if (!dst)
		return false;
	sport = look_up(&ports, place, &packet->sport);
	dport = look_up(&ports, place, &packet->dport);
	protocol = look_up(&others, place, &protocol_index);
	detail = look_up(&others, place, &detail_index);
	if (!sport || !dport || !protocol || !detail)
		return false;
	class[SOURCE] = *src;
	class[DESTINATION] = *dst;
	class[SOURCE_PORT] = sport->source;
	class[DESTINATION_PORT] = dport->destination;
	class[PROTOCOL] = *protocol;
	class[DETAIL] = *detail;
	return true;
}

/* What the list in this generation says of the packet; NULL: no rule fits. */
static __always_inline const struct verdict *ask(const struct acl_key *packet,
						 const struct generation *now)
{
	const struct vector *vector[FIELDS];
	__u32 class[FIELDS], rule;
	int first;

	if (!find_classes(packet, now->place, class))
		return NULL;
	for (int field = 0; field < FIELDS; field++) {
		vector[field] = look_up(&vectors, now->place, &class[field]);
		if (!vector[field])
			return NULL;
	}
	first = first_rule(vector, now->words);
	if (first < 0)
		return NULL;
	rule = first;
	return look_up(&verdicts, now->place, &rule);
}

/* ---- given: what becomes of a packet ------------------------------------------ */

/* Returns the action, an XDP_ number, and in *slot where it is to be counted. */
static __always_inline int judge(struct xdp_md *ctx, __u32 *slot)
{
	const struct generation *now;
	const struct verdict *verdict;
	struct acl_key packet;
	enum acl_packet kind = acl_read_key(ctx, &packet);

	*slot = kind == ACL_OTHER ? ACL_SLOT_OTHER : ACL_SLOT_BAD;
	if (kind != ACL_IP)
		return kind == ACL_OTHER ? XDP_PASS : XDP_DROP;

	*slot = ACL_SLOT_DEFAULT;
	now = generation_now();
	if (!now)
		return XDP_PASS;
	verdict = ask(&packet, now);
	if (!verdict)
		return now->default_action;
	*slot = verdict->slot;
	return verdict->action;
}

SEC("xdp")
int acl(struct xdp_md *ctx)
{
	__u32 slot;
	int action = judge(ctx, &slot);
	struct acl_count *count = bpf_map_lookup_elem(&counters, &slot);

	if (count) {
		count->packets++;
		count->bytes += ctx->data_end - ctx->data;
	}
	return action;
}

/* For "acl check": the slot of a packet, which is not counted. */
SEC("xdp")
int acl_which(struct xdp_md *ctx)
{
	__u32 slot;

	judge(ctx, &slot);
	return slot;
}

char LICENSE[] SEC("license") = "GPL";
