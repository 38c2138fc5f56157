// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * labctl entries: how many entries a pinned map has, or how many whose keys have
 * certain values in certain fields. Of a map of sockets nothing else can be read.
 * What its keys look like the object says: the kernel is not told.
 */
#include "common/test/labctl.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/test/object.h"
#include "common/test/pins.h"
#include "common/test/value.h"

/* The largest key, in bytes. */
#define KEY_MAX 512

struct keys {
	int map;
	const struct btf *btf; /* the object's */
	__u32 type;	       /* id of a key's type in it */
	const char *fields;    /* FIELD=VALUE,...; NULL: all keys count */
};

static int open_keys(struct keys *keys, const struct object *object, const char *dir,
		     const char *name)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(object->obj, name);

	keys->map = pin_open(dir, "map", name);
	if (!map || keys->map < 0)
		return pin_missing(dir, "map", name);
	if (bpf_map__key_size(map) > KEY_MAX)
		return fail("the map's key is too large");
	keys->btf = bpf_object__btf(object->obj);
	keys->type = bpf_map__btf_key_type_id(map);
	if (keys->fields && !keys->type)
		return fail("the map's key has no type (declare it with __type)");
	return 0;
}

/* One FIELD=VALUE: 1: the key has it; 0: it has not; or -errno. */
static int has_field(const struct keys *keys, const char *key, char *field,
		     struct value_error *error)
{
	char *equals = strchr(field, '=');
	char wanted[KEY_MAX];
	struct place place;
	int err;

	if (!equals) {
		snprintf(error->text, sizeof(error->text), "%s: must be FIELD=VALUE", field);
		return -EINVAL;
	}
	*equals = 0;
	err = value_root(keys->btf, keys->type, &place, error);
	if (!err)
		err = value_find(&place, field, error);
	if (!err)
		err = value_set(&place, wanted, equals + 1, error);
	return err ?: !memcmp(key + place.at, wanted + place.at, place.size);
}

static int has_fields(const struct keys *keys, const char *key, struct value_error *error)
{
	char text[512];
	int has = 1;

	snprintf(text, sizeof(text), "%s", keys->fields ?: "");
	for (char *field = strtok(text, ","); field && has > 0; field = strtok(NULL, ","))
		has = has_field(keys, key, field, error);
	return has;
}

static int count(const struct keys *keys, unsigned long *number, struct value_error *error)
{
	char room[2][KEY_MAX], *key = NULL, *next = room[0];

	*number = 0;
	while (!bpf_map_get_next_key(keys->map, key, next)) {
		int has = has_fields(keys, next, error);

		if (has < 0)
			return has;
		*number += has;
		key = next;
		next = key == room[0] ? room[1] : room[0];
	}
	if (errno == ENOENT)
		return 0;
	snprintf(error->text, sizeof(error->text), "%s", strerror(errno));
	return -errno;
}

static int print_count(const struct object *object, struct keys *keys, const char *dir,
		       const char *name)
{
	struct value_error error = {};
	unsigned long number;

	if (open_keys(keys, object, dir, name))
		return EXIT_FAILED;
	if (count(keys, &number, &error))
		return fail("%s: %s", name, error.text);
	printf("%lu\n", number);
	return EXIT_OK;
}

int cmd_entries(int argc, char **argv)
{
	const char *dir = NULL;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	struct keys keys = { .map = -1 };
	struct object object;
	int status;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first < 2 || argc - first > 3 || !dir)
		return usage();
	if (object_open(&object, argv[first], dir, NULL))
		return EXIT_FAILED;
	keys.fields = argv[first + 2];
	status = print_count(&object, &keys, dir, argv[first + 1]);
	if (keys.map >= 0)
		close(keys.map);
	object_close(&object);
	return status;
}
