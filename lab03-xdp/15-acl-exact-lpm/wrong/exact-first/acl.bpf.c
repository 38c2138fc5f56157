// SPDX-License-Identifier: GPL-2.0-only
/*
 * An access control list that asks three tables instead of going through the rules: one
 * has the rules for a single connection, one the source prefixes, one the destination
 * prefixes. Each answers with a rule, and the rule with the lowest number decides.
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
struct connections {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ACL_RULES_MAX);
	__uint(key_size, sizeof(struct acl_key));
	__uint(value_size, sizeof(struct answer));
};

struct prefixes {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 2 * ACL_RULES_MAX);
	__uint(key_size, sizeof(struct acl_trie_key));
	__uint(value_size, sizeof(struct answer));
};

struct now {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct generation));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, PLACES);
	__uint(key_size, sizeof(__u32));
	__array(values, struct connections);
} exact SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, PLACES);
	__type(key, __u32);
	__array(values, struct prefixes);
} sources SEC(".maps"), destinations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct now);
} current SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ACL_SLOTS);
	__type(key, __u32);
	__type(value, struct acl_count);
} counters SEC(".maps");

/* In slow motion so much time passes behind the first look-up, and behind the second. The checks set it. */
__u32 slow_us, slow_more_us;

/* ---- given: which list counts -------------------------------------------------- */

/* The generation that counts now, or NULL before the first list is loaded. */
static __always_inline const struct generation *generation_now(void)
{
	__u32 first = 0;
	void *now = bpf_map_lookup_elem(&current, &first);

	return now ? bpf_map_lookup_elem(now, &first) : NULL;
}

/* ---- yours: three look-ups, and the lowest number --------------------------- */

/* The rule for this very connection, or NULL. */
static __always_inline const struct answer *find_exact(const struct acl_key *packet, __u32 place)
{
	struct acl_key key = *packet;
	void *table = bpf_map_lookup_elem(&exact, &place);

	if (!table)
		return NULL;
	key.tcp_flags = ACL_NO_FLAGS;
	return bpf_map_lookup_elem(table, &key);
}

/* What the longest prefix of the address says, or NULL. tries: &sources or &destinations. */
static __always_inline const struct answer *find_prefix(void *tries, __u32 place, __u32 family,
							const __be32 address[4])
{
	struct acl_trie_key key = {};
	void *trie = bpf_map_lookup_elem(tries, &place);

	if (!trie)
		return NULL;
	key.bits = ACL_FAMILY_BITS + (family == 4 ? 32 : 128);
	key.family = family;
	__builtin_memcpy(key.address, address, sizeof(key.address));
	return bpf_map_lookup_elem(trie, &key);
}

/* Of two answers, either of which may be NULL, that of the rule with the lower number. */
static __always_inline const struct answer *first_of(const struct answer *a, const struct answer *b)
{
	if (!a || !b)
		return a ?: b;
	return a->number < b->number ? a : b;
}

/* ---- given: what becomes of a packet ---------------------------------------- */

/* The answer of the list in this place, or NULL: no rule fits. */
static __always_inline const struct answer *ask(const struct acl_key *packet, __u32 place)
{
	const struct answer *first = find_exact(packet, place);

	slow_motion(slow_us);
	if (first)
		return first;
	first = first_of(first, find_prefix(&sources, place, packet->family, packet->src));
	slow_motion(slow_more_us);
	return first_of(first, find_prefix(&destinations, place, packet->family, packet->dst));
}

/* Returns the action, an XDP_ number, and in *slot where it is to be counted. */
static __always_inline int judge(struct xdp_md *ctx, __u32 *slot)
{
	const struct generation *now;
	const struct answer *answer;
	struct acl_key packet;
	enum acl_packet kind = acl_read_key(ctx, &packet);

	*slot = kind == ACL_OTHER ? ACL_SLOT_OTHER : ACL_SLOT_BAD;
	if (kind != ACL_IP)
		return kind == ACL_OTHER ? XDP_PASS : XDP_DROP;

	*slot = ACL_SLOT_DEFAULT;
	now = generation_now();
	if (!now)
		return XDP_PASS;
	answer = ask(&packet, now->place);
	if (!answer)
		return now->default_action;
	*slot = answer->slot;
	return answer->action;
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
