// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * With "inspect": which of others' programs exist for whoever goes through all numbers. Those that are
 * attached to the policy's cgroup itself, and those that use a map of theirs: whoever loaded these was
 * given the map. All else on the machine is somebody else's.
 */
#include <bpf/bpf.h>
#include <stdint.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

#define PROGRAMS_MAX 64 /* the kernel has room for no more on one hook */
#define MAPS_MAX     64

/* What belongs to a program that may be read, may be read as well. */
static void add(struct broker *b, __u32 id, const __u32 *maps, __u32 nr_maps)
{
	object_add_readable(b, OBJECT_PROG, id);
	for (__u32 i = 0; i < nr_maps; i++)
		object_add_readable(b, OBJECT_MAP, maps[i]);
}

/* How many maps the program uses, their numbers in maps; 0 also for one that is gone. */
static __u32 maps_of(__u32 id, __u32 maps[MAPS_MAX])
{
	struct bpf_prog_info info = { .map_ids = (uintptr_t)maps, .nr_map_ids = MAPS_MAX };
	int prog = bpf_prog_get_fd_by_id(id);
	__u32 len = sizeof(info);

	if (prog < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(prog, &info, &len))
		info.nr_map_ids = 0;
	close(prog);
	return info.nr_map_ids < MAPS_MAX ? info.nr_map_ids : MAPS_MAX;
}

static void add_attached(struct broker *b)
{
	__u32 ids[PROGRAMS_MAX], maps[MAPS_MAX], n;

	for (int type = 0; type < __MAX_BPF_ATTACH_TYPE; type++) {
		n = PROGRAMS_MAX;
		if (!attach_is_to_cgroup(type) || bpf_prog_query(b->cgroup, type, 0, NULL, ids, &n))
			continue;
		for (__u32 i = 0; i < n && i < PROGRAMS_MAX; i++)
			if (!object_is_ours(b, OBJECT_PROG, ids[i]))
				add(b, ids[i], maps, maps_of(ids[i], maps));
	}
}

static bool shares_a_map(const struct broker *b, const __u32 *maps, __u32 n)
{
	for (__u32 i = 0; i < n; i++)
		if (object_is_readable(b, OBJECT_MAP, maps[i]))
			return true;
	return false;
}

void inspect_look(struct broker *b)
{
	__u32 id = 0, maps[MAPS_MAX], n;

	if (!b->policy->inspect || b->cgroup < 0)
		return;
	add_attached(b);
	while (!bpf_prog_get_next_id(id, &id)) {
		n = maps_of(id, maps);
		if (!object_is_ours(b, OBJECT_PROG, id) && shares_a_map(b, maps, n))
			add(b, id, maps, n);
	}
}
