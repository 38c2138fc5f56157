// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The tool acl for acl.bpf.c: what differs between this lesson and the ones before is
 * how a list of rules gets into the kernel: as a decision tree. Building it is the
 * work of common/acl/cut.c, the rest of the tool is common/acl, too. Given.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/acl.h"
#include "common/acl/cut.h"
#include "acl.skel.h"

/* A new inner map with the tree in it, and then one update of the outer one (lab02-maps/05). */
static int put_in_place(int outer, const struct cut_tree *tree)
{
	const __u32 zero = 0;
	int generation, err;

	generation = bpf_map_create(BPF_MAP_TYPE_ARRAY, "generation", sizeof(zero), sizeof(*tree),
				    1, NULL);
	if (generation < 0)
		return -errno;
	err = bpf_map_update_elem(generation, &zero, tree, BPF_ANY);
	if (!err)
		err = bpf_map_update_elem(outer, &zero, &generation, BPF_ANY);
	close(generation);
	return err;
}

static int install(const struct acl_state *state, const struct acl_rules *rules)
{
	int outer = acl_state_map(state, "current"), err;
	struct cut_tree *tree;

	if (outer < 0)
		return outer;
	tree = malloc(sizeof(*tree));
	if (!tree)
		return -ENOMEM;
	err = cut_build(tree, rules, NULL);
	if (!err)
		err = put_in_place(outer, tree);
	free(tree);
	return err;
}

int main(int argc, char **argv)
{
	static const struct acl_engine engine = {
		.name = "acl-fast",
		.about = "It keeps the rules as a decision tree.",
		.rules_max = ACL_RULES_MAX,
		.object = acl_bpf__elf_bytes,
		.install = install,
	};

	return acl_tool_main(argc, argv, &engine);
}
