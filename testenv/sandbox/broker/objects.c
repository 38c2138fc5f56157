// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The sandbox's own objects by number. Numbers are the machine's: without this table
 * a student could open another student's maps, or the judge's.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

/* Nobody needs more; who makes more loses the oldest from sight, not from use. */
#define MAX_OBJECTS 4096

__u32 object_id(enum object_kind kind, int fd)
{
	union {
		struct bpf_map_info map;
		struct bpf_prog_info prog;
		struct bpf_btf_info btf;
		struct bpf_link_info link;
	} info = {};
	__u32 len = kind == OBJECT_MAP	  ? sizeof(info.map)
		    : kind == OBJECT_PROG ? sizeof(info.prog)
		    : kind == OBJECT_BTF  ? sizeof(info.btf)
					  : sizeof(info.link);

	/* Each kind has numbers of its own: a map's says nothing about a program. */
	if (object_kind_of(fd) != kind || bpf_obj_get_info_by_fd(fd, &info, &len))
		return 0;
	return kind == OBJECT_MAP    ? info.map.id
	       : kind == OBJECT_PROG ? info.prog.id
	       : kind == OBJECT_BTF  ? info.btf.id
				     : info.link.id;
}

enum object_kind object_kind_of(int fd)
{
	static const char *const names[] = { [OBJECT_MAP] = "anon_inode:bpf-map",
					     [OBJECT_PROG] = "anon_inode:bpf-prog",
					     [OBJECT_BTF] = "anon_inode:btf" };
	char link[32], is[64] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, is, sizeof(is) - 1) < 0)
		return OBJECT_LINK;
	for (int kind = 0; kind < OBJECT_LINK; kind++)
		if (strcmp(is, names[kind]) == 0)
			return kind;
	return OBJECT_LINK;
}

static bool has_id(const struct object_ids *ids, __u32 id)
{
	for (size_t i = 0; i < ids->nr; i++)
		if (ids->at[i] == id)
			return true;
	return false;
}

static void add_id(struct object_ids *ids, __u32 id)
{
	__u32 *at;

	if (!id || has_id(ids, id))
		return;
	if (ids->nr == MAX_OBJECTS) {
		memmove(ids->at, ids->at + 1, --ids->nr * sizeof(*ids->at));
	} else {
		at = realloc(ids->at, (ids->nr + 1) * sizeof(*at));
		if (!at)
			return;
		ids->at = at;
	}
	ids->at[ids->nr++] = id;
}

void object_add(struct broker *b, enum object_kind kind, int fd)
{
	add_id(&b->objects[kind], object_id(kind, fd));
}

bool object_is_ours(const struct broker *b, enum object_kind kind, __u32 id)
{
	return has_id(&b->objects[kind], id);
}

void object_add_readable(struct broker *b, enum object_kind kind, __u32 id)
{
	if (b->policy->inspect && !object_is_ours(b, kind, id))
		add_id(&b->readable[kind], id);
}

bool object_is_readable(const struct broker *b, enum object_kind kind, __u32 id)
{
	return has_id(&b->readable[kind], id);
}

bool object_is_others(const struct broker *b, int fd)
{
	enum object_kind kind = object_kind_of(fd);
	__u32 id = b->readable[kind].nr ? object_id(kind, fd) : 0;

	return id && object_is_readable(b, kind, id) && !object_is_ours(b, kind, id);
}

/* The smaller one of next and the smallest number above id; 0 is none. */
static __u32 nearest(const struct object_ids *ids, __u32 id, __u32 next)
{
	for (size_t i = 0; i < ids->nr; i++)
		if (ids->at[i] > id && (!next || ids->at[i] < next))
			next = ids->at[i];
	return next;
}

__u32 object_next(const struct broker *b, enum object_kind kind, __u32 id)
{
	return nearest(&b->readable[kind], id, nearest(&b->objects[kind], id, 0));
}
