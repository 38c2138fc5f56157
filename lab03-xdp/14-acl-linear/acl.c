// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The tool acl for acl.bpf.c: what differs between this lesson and the next ones is
 * how a list of rules gets into the kernel. The rest of the tool is common/acl.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/acl.h"
#include "common/lab/lab.h"
#include "acl.h"
#include "acl.skel.h"

/* What the kernel's program reads of a rule. Prefix lengths become masks. */
static void translate(const struct acl_rule *from, struct rule *to)
{
	*to = (struct rule){
		.sport_lo = from->sport.lo,
		.sport_hi = from->sport.hi,
		.dport_lo = from->dport.lo,
		.dport_hi = from->dport.hi,
		.family = from->family,
		.proto = from->proto,
		.icmp_type = from->icmp_type,
		.flags_mask = from->flags_mask,
		.flags_value = from->flags_value,
		.action = from->action,
		.slot = from->slot,
	};
	memcpy(to->src, from->src.address, sizeof(to->src));
	memcpy(to->dst, from->dst.address, sizeof(to->dst));
	acl_prefix_mask(&from->src, from->family, to->src_mask);
	acl_prefix_mask(&from->dst, from->family, to->dst_mask);
}

/* All rules and the default into an empty inner map, with one system call. */
static int fill(int list, const struct acl_rules *rules)
{
	__u32 count = rules->count + 1;
	struct rule *values = calloc(count, sizeof(*values));
	__u32 *numbers = calloc(count, sizeof(*numbers));
	struct acl_rule last;
	int err = -ENOMEM;

	acl_rule_init(&last, rules->default_action);
	last.slot = ACL_SLOT_DEFAULT;
	if (values && numbers) {
		for (__u32 i = 0; i < count; i++) {
			translate(i < rules->count ? &rules->rule[i] : &last, &values[i]);
			numbers[i] = i;
		}
		err = bpf_map_update_batch(list, numbers, values, &count, NULL);
	}
	free(numbers);
	free(values);
	return err;
}

/* A new inner map with the list, and then one update of the outer one (lab02-maps/05). */
static int install(const struct acl_state *state, const struct acl_rules *rules)
{
	int outer = acl_state_map(state, "current"), list, err;
	const __u32 zero = 0;

	if (outer < 0)
		return outer;
	list = bpf_map_create(BPF_MAP_TYPE_ARRAY, "list", sizeof(zero), sizeof(struct rule),
			      LIST_MAX, NULL);
	if (list < 0)
		return list;
	err = fill(list, rules);
	if (!err)
		err = bpf_map_update_elem(outer, &zero, &list, BPF_ANY);
	close(list);
	return err;
}

int main(int argc, char **argv)
{
	static const struct acl_engine engine = {
		.name = "acl-linear",
		.about = "it tries one rule after the other.",
		.rules_max = ACL_RULES_MAX,
		.object = acl_bpf__elf_bytes,
		.install = install,
	};

	return acl_tool_main(argc, argv, &engine);
}
