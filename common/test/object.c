// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Opening an object file, setting its variables by name, loading it. Without a
 * skeleton: a skeleton made from somebody else's object is somebody else's code.
 */
#include "common/test/object.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/lab/lab.h"
#include "common/test/labctl.h"
#include "common/test/renamed.h"
#include "common/test/value.h"

static int map_file(struct object *object, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!st.st_size)
		err = -ENOEXEC;
	if (!err) {
		object->elf_size = st.st_size;
		object->elf = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (object->elf == MAP_FAILED) {
			object->elf = NULL;
			err = -errno;
		}
	}
	close(fd);
	return err;
}

/* libbpf opens that BTF once more when it loads the object. */
static int use_renamed(struct object *object, struct bpf_object_open_opts *opts,
		       const char *renamed)
{
	static char path[32];

	object->btf_fd = renamed_btf(renamed);
	if (object->btf_fd < 0)
		return object->btf_fd;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", object->btf_fd);
	opts->btf_custom_path = path;
	return 0;
}

static void pin_no_map(struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) bpf_map__set_pin_path(map, NULL);
}

int object_open(struct object *object, const char *path, const char *pin_dir, const char *renamed)
{
	char shared[PATH_MAX];
	LIBBPF_OPTS(bpf_object_open_opts, opts, .pin_root_path = shared);
	int err;

	*object = (struct object){ .btf_fd = -1 };
	snprintf(shared, sizeof(shared), "%s/shared", pin_dir ?: "");
	err = map_file(object, path);
	if (err == -ENOENT) {
		fail("%s is not there: it has not been built", path);
		return err;
	}
	if (!err && renamed && (err = use_renamed(object, &opts, renamed))) {
		object_close(object);
		return err;
	}
	if (!err) {
		lab_log_init();
		lab_use_object(object->elf, object->elf_size);
		object->obj = bpf_object__open_file(path, &opts);
		err = object->obj ? 0 : -errno;
		if (!err && !pin_dir)
			pin_no_map(object->obj);
	}
	if (err) {
		lab_report(err, "cannot open the object");
		object_close(object);
	}
	return err;
}

/* The variables of the object that can be set, for the message when one is not there. */
static void report_unknown(const struct object *object, const char *name)
{
	const struct btf *btf = bpf_object__btf(object->obj);
	char names[512], all[1024] = "";
	struct bpf_map *map;

	bpf_object__for_each_map(map, object->obj)
	{
		if (!bpf_map__is_internal(map) || !bpf_map__btf_value_type_id(map))
			continue;
		value_names(btf, bpf_map__btf_value_type_id(map), names, sizeof(names));
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", *all ? ", " : "",
			 names);
	}
	fail("%s has no global variable %s; it has: %s", bpf_object__name(object->obj), name,
	     *all ? all : "none");
}

static int set_in_block(const struct object *object, const struct bpf_map *map, void *block,
			const char *path, const char *value, struct value_error *error)
{
	struct place place;
	int err;

	err = value_root(bpf_object__btf(object->obj), bpf_map__btf_value_type_id(map), &place,
			 error);
	if (!err)
		err = value_find(&place, path, error);
	if (!err)
		err = value_set(&place, block, value, error);
	return err;
}

static int set_in_map(struct object *object, struct bpf_map *map, const char *path,
		      const char *value, struct value_error *error)
{
	const void *initial;
	size_t size;
	void *block;
	int err;

	initial = bpf_map__initial_value(map, &size);
	if (!initial || !bpf_map__is_internal(map) || !bpf_map__btf_value_type_id(map))
		return -ENOENT;
	block = malloc(size);
	if (!block)
		return -ENOMEM;
	memcpy(block, initial, size);
	err = set_in_block(object, map, block, path, value, error);
	if (!err)
		err = bpf_map__set_initial_value(map, block, size);
	free(block);
	return err;
}

int object_set(struct object *object, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	struct value_error error = {};
	struct bpf_map *map;
	char name[128];

	if (!equals) {
		fail("%s: must be VARIABLE=VALUE", assignment);
		return -EINVAL;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment), assignment);
	bpf_object__for_each_map(map, object->obj)
	{
		int err = set_in_map(object, map, name, equals + 1, &error);

		if (!err)
			return 0;
		if (err == -ENOENT)
			continue;
		fail("%s: %s", name, *error.text ? error.text : strerror(-err));
		return err;
	}
	report_unknown(object, name);
	return -ENOENT;
}

int object_load(struct object *object)
{
	int err = bpf_object__load(object->obj);

	return err ? lab_report(err, "cannot load") : 0;
}

void object_close(struct object *object)
{
	bpf_object__close(object->obj);
	object->obj = NULL;
	if (object->btf_fd >= 0)
		close(object->btf_fd);
	object->btf_fd = -1;
	if (object->elf)
		munmap(object->elf, object->elf_size);
	object->elf = NULL;
}
