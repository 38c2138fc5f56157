// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Numbers of objects: BPF_*_GET_NEXT_ID and BPF_*_GET_FD_BY_ID see only the sandbox's own; with "inspect",
 * those of programs on its cgroup, too.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "testenv/sandbox/broker/broker.h"

#define KEY_MAX 512 /* of maps whose elements are looked through */

static enum object_kind kind_of(unsigned int command)
{
	switch (command) {
	case BPF_MAP_GET_NEXT_ID:
	case BPF_MAP_GET_FD_BY_ID:
		return OBJECT_MAP;
	case BPF_PROG_GET_NEXT_ID:
	case BPF_PROG_GET_FD_BY_ID:
		return OBJECT_PROG;
	case BPF_BTF_GET_NEXT_ID:
	case BPF_BTF_GET_FD_BY_ID:
		return OBJECT_BTF;
	default:
		return OBJECT_LINK;
	}
}

/* A number whose object is gone: skipped. */
static bool lives(unsigned int command, __u32 id)
{
	union bpf_attr a = { .start_id = id - 1 };

	return broker_bpf(command, &a, sizeof(a)) == 0 && a.next_id == id;
}

long broker_next_id(struct call *c, int *fd)
{
	unsigned int command = (__u32)c->req->data.args[0];
	__u32 id = c->in.start_id;

	(void)fd;
	/* From the beginning: what is there now. */
	if (!id)
		inspect_look(c->broker);
	do
		id = object_next(c->broker, kind_of(command), id);
	while (id && !lives(command, id));
	if (!id)
		return -ENOENT;
	return call_answer(c, next_id, &id);
}

/* Does the map of maps hold that one? Its values are read as numbers. */
static bool holds(int outer, __u32 id)
{
	char keys[2][KEY_MAX] = {};
	__u32 value;

	for (int i = 0; !bpf_map_get_next_key(outer, i ? keys[i % 2] : NULL, keys[(i + 1) % 2]);
	     i++)
		if (!bpf_map_lookup_elem(outer, keys[(i + 1) % 2], &value) && value == id)
			return true;
	return false;
}

/*
 * Is it in one of the sandbox's own maps of maps? An earlier sandbox of the same submission has put
 * it there, of which only what is pinned is known here. Programs of its own reach it anyway.
 */
static bool is_inner(const struct broker *b, __u32 id)
{
	const struct object_ids *own = &b->objects[OBJECT_MAP];
	bool found = false;

	for (size_t i = 0; i < own->nr && !found; i++) {
		struct bpf_map_info info = {};
		__u32 len = sizeof(info);
		int map = bpf_map_get_fd_by_id(own->at[i]);

		if (map < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(map, &info, &len) && info.key_size <= KEY_MAX &&
		    (info.type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
		     info.type == BPF_MAP_TYPE_HASH_OF_MAPS))
			found = holds(map, id);
		close(map);
	}
	return found;
}

/* Where there is nothing of its own, there is nothing: -ENOENT, as for a free number. */
long broker_fd_by_id(struct call *c, int *fd)
{
	unsigned int command = (__u32)c->req->data.args[0];
	union bpf_attr a = { .start_id = c->in.start_id, .open_flags = c->in.open_flags };
	enum object_kind kind = kind_of(command);
	long result;

	if (!object_is_ours(c->broker, kind, a.start_id) &&
	    !object_is_readable(c->broker, kind, a.start_id) &&
	    !(kind == OBJECT_MAP && is_inner(c->broker, a.start_id)))
		return -ENOENT;
	result = broker_bpf(command, &a, sizeof(a));
	if (result < 0)
		return result;
	*fd = (int)result;
	return 0;
}
