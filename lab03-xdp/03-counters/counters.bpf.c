// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts the packets and bytes that arrive on an interface, by protocol, on
 * every CPU for itself. It can drop one kind of frame; what it drops, it counts.
 *
 * So far it counts nothing, and takes every frame for KIND_OTHER. TODO 1 to 3
 * are yours; TODO 4 is in counters.c.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_helpers.h>
#include "common/bpf/parse.h"
#include "counters.h"

/* The kind of frame to drop; KINDS: none. The loader sets it (-d). */
const volatile __u32 drop_kind = KINDS;

/*
 * One row for each kind of frame.
 *
 * TODO 1: all CPUs share these rows. Give each CPU rows of its own: another type
 * of map, and nothing else here changes.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, __u32);
	__type(value, struct counter);
} counters SEC(".maps");

/* What kind of frame this is. */
static __always_inline __u32 kind_of(struct xdp_md *ctx)
{
	/*
	 * TODO 3: read the headers with the parsers of common/bpf/parse.h:
	 * parse_eth_vlan(), then parse_ipv4() or parse_ipv6(). Return one of the
	 * kinds in counters.h; what you do not know is KIND_OTHER.
	 */
	return KIND_OTHER;
}

SEC("xdp")
int count_frame(struct xdp_md *ctx)
{
	__u32 kind = kind_of(ctx);

	/*
	 * TODO 2: look up the row of this kind, and add to it: one packet, and as
	 * many bytes as the frame has.
	 */

	if (kind == drop_kind)
		return XDP_DROP;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
