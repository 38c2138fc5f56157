// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The tool's own object file, into the kernel: nothing is pinned here (state.h). */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>

#include "common/acl/state.h"
#include "common/lab/lab.h"

void acl_state_init(struct acl_state *state, const struct acl_engine *engine, const char *dir)
{
	*state = (struct acl_state){ .engine = engine, .lock = -1, .acl = -1, .which = -1 };
	snprintf(state->dir, sizeof(state->dir), "%s", dir);
	acl_rules_init(&state->rules);
}

int acl_state_add_map(struct acl_state *state, const char *name, int fd)
{
	if (fd < 0)
		return -errno;
	if (state->map_count == ACL_MAPS_MAX) {
		close(fd);
		return lab_fail(-E2BIG, "more than %d maps", ACL_MAPS_MAX);
	}
	snprintf(state->maps[state->map_count].name, sizeof(state->maps->name), "%s", name);
	state->maps[state->map_count++].fd = fd;
	return 0;
}

/* FNV-1a: tells one object file from another. */
__u64 acl_object_hash(const struct acl_engine *engine)
{
	__u64 value = 0xcbf29ce484222325;
	size_t size;
	const unsigned char *bytes = engine->object(&size);

	for (size_t i = 0; i < size; i++)
		value = (value ^ bytes[i]) * 0x100000001b3;
	return value;
}

/* The counters that are there go on counting, under the new program. */
static int keep_counters(const struct acl_state *old, struct bpf_object *object)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, "counters");
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);
	int fd;

	if (!map || !old->there)
		return 0;
	fd = acl_state_map(old, "counters");
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len))
		return 0;
	if (info.type != bpf_map__type(map) || info.value_size != bpf_map__value_size(map) ||
	    info.max_entries != bpf_map__max_entries(map))
		return 0;
	return bpf_map__reuse_fd(map, fd);
}

static int program_fd(struct bpf_object *object, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(object, name);

	if (!prog)
		return lab_fail(-ENOENT, "the object has no program '%s'", name);
	return dup(bpf_program__fd(prog));
}

/* Descriptors of their own, so that the object can be closed. */
static int take_fds(struct acl_state *state, struct bpf_object *object)
{
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_map(map, object)
	{
		/* libbpf calls the map of a section OBJECT.SECTION. */
		const char *name = strchr(bpf_map__name(map), '.') ?: bpf_map__name(map);
		char pin_name[64];

		snprintf(pin_name, sizeof(pin_name), "%s%s", *name == '.' ? "_" : "",
			 name + (*name == '.'));
		if (!err && bpf_map__fd(map) >= 0)
			err = acl_state_add_map(state, pin_name, dup(bpf_map__fd(map)));
	}
	if (err)
		return err;
	state->acl = program_fd(object, "acl");
	state->which = program_fd(object, "acl_which");
	return state->acl < 0 ? state->acl : state->which < 0 ? state->which : 0;
}

int acl_state_load(struct acl_state *state, const struct acl_state *old)
{
	const struct acl_engine *engine = old->engine;
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "acl");
	struct bpf_object *object;
	const void *bytes;
	size_t size;
	int err;

	acl_state_init(state, engine, old->dir);
	state->slow_ms = old->slow_ms;
	bytes = engine->object(&size);
	lab_use_object(bytes, size);
	object = bpf_object__open_mem(bytes, size, &opts);
	if (!object)
		return -errno;
	lab_limit_log(object);
	err = engine->prepare ? engine->prepare(object) : 0;
	if (!err)
		err = keep_counters(old, object);
	if (!err)
		err = bpf_object__load(object);
	if (!err)
		err = take_fds(state, object);
	bpf_object__close(object);
	state->object = acl_object_hash(engine);
	state->there = true;
	return err;
}
