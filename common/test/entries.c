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
#include <stdbool.h>
#include <unistd.h>

#include "common/test/hex.h"
#include "common/test/object.h"
#include "common/test/pins.h"
#include "common/test/sandboxed.h"
#include "common/test/value.h"

/* The largest key, in bytes. */
#define KEY_MAX 512
/* So many fields can be asked for. */
#define FIELDS_MAX 16

/* What must stand in a key, and where. */
struct wanted {
	unsigned int at, size; /* bytes */
	unsigned char bytes[KEY_MAX];
};

struct keys {
	int map;
	unsigned int key_size;
	struct wanted fields[FIELDS_MAX];
	int count; /* 0: all keys count */
};

/* ---- from the object ---- */

/* One FIELD=VALUE. 0 or -errno. */
static int want_field(const struct btf *btf, __u32 type, char *field, struct wanted *wanted,
		      struct value_error *error)
{
	char *equals = strchr(field, '=');
	char key[KEY_MAX];
	struct place place;
	int err;

	if (!equals) {
		snprintf(error->text, sizeof(error->text), "%s: must be FIELD=VALUE", field);
		return -EINVAL;
	}
	*equals = 0;
	err = value_root(btf, type, &place, error);
	if (!err)
		err = value_find(&place, field, error);
	if (!err && place.at + place.size > sizeof(key))
		err = -E2BIG;
	if (!err)
		err = value_set(&place, key, equals + 1, error);
	if (err)
		return err;
	*wanted = (struct wanted){ .at = place.at, .size = place.size };
	memcpy(wanted->bytes, key + place.at, place.size);
	return 0;
}

/* All of FIELD=VALUE,... */
static int want_fields(const struct object *object, const char *name, const char *fields,
		       struct keys *keys)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(object->obj, name);
	struct value_error error = {};
	char text[512];
	int err = 0;

	if (!map)
		return fail("there is no map %s in the object", name);
	if (!bpf_map__btf_key_type_id(map))
		return fail("the map's key has no type (declare it with __type)");
	snprintf(text, sizeof(text), "%s", fields);
	for (char *field = strtok(text, ","); field && !err; field = strtok(NULL, ",")) {
		if (keys->count == FIELDS_MAX)
			return fail("too many fields");
		err = want_field(bpf_object__btf(object->obj), bpf_map__btf_key_type_id(map), field,
				 &keys->fields[keys->count++], &error);
	}
	return err ? fail("%s: %s", name, *error.text ? error.text : strerror(-err)) : 0;
}

static int read_object(const char *path, const char *dir, const char *name, const char *fields,
		       struct keys *keys)
{
	struct object object;
	int status;

	if (object_open(&object, path, dir, NULL))
		return EXIT_FAILED;
	status = want_fields(&object, name, fields, keys);
	object_close(&object);
	return status;
}

/* labctl key-fields: the same for a half of us that does not open the object: AT SIZE HEX a line. */
int cmd_key_fields(int argc, char **argv)
{
	struct keys keys = { .map = -1 };
	int status;

	if (argc != 4)
		return usage();
	status = read_object(argv[1], NULL, argv[2], argv[3], &keys);
	for (int i = 0; !status && i < keys.count; i++) {
		printf("%u %u ", keys.fields[i].at, keys.fields[i].size);
		for (unsigned int j = 0; j < keys.fields[i].size; j++)
			printf("%02x", keys.fields[i].bytes[j]);
		putchar('\n');
	}
	return status;
}

/* ---- from a sandbox ---- */

static int take_line(const char *line, struct keys *keys)
{
	struct wanted *wanted = &keys->fields[keys->count];
	char hex[2 * KEY_MAX + 1];

	if (keys->count == FIELDS_MAX ||
	    sscanf(line, "%u %u %1024s", &wanted->at, &wanted->size, hex) != 3 || !wanted->size ||
	    wanted->size > KEY_MAX || wanted->at > KEY_MAX - wanted->size ||
	    hex_read(hex, wanted->bytes, KEY_MAX) != (long)wanted->size)
		return -EPROTO;
	keys->count++;
	return 0;
}

static int ask_sandbox(const char *path, const char *name, const char *fields, struct keys *keys)
{
	char text[FIELDS_MAX * (2 * KEY_MAX + 32)], *save = NULL;
	char *command[] = { "key-fields", (char *)SANDBOXED_OBJECT, (char *)name, (char *)fields };
	int status = sandboxed_ask(path, 4, command, text, sizeof(text));

	if (status)
		return status;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (take_line(line, keys))
			return fail("what came out of the sandbox is not what was asked for");
	return EXIT_OK;
}

/* ---- counting ---- */

static bool has_fields(const struct keys *keys, const char *key)
{
	for (int i = 0; i < keys->count; i++) {
		const struct wanted *wanted = &keys->fields[i];

		if (wanted->at + wanted->size > keys->key_size ||
		    memcmp(key + wanted->at, wanted->bytes, wanted->size) != 0)
			return false;
	}
	return true;
}

/* How many, or -errno. */
static long count(const struct keys *keys)
{
	char room[2][KEY_MAX], *key = NULL, *next = room[0];
	long number = 0;

	while (!bpf_map_get_next_key(keys->map, key, next)) {
		number += has_fields(keys, next);
		key = next;
		next = key == room[0] ? room[1] : room[0];
	}
	return errno == ENOENT ? number : -errno;
}

static int print_count(struct keys *keys, const char *name)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	long number;

	if (bpf_obj_get_info_by_fd(keys->map, &info, &size))
		return fail("%s: %s", name, strerror(errno));
	if (info.key_size > KEY_MAX)
		return fail("the map's key is too large");
	keys->key_size = info.key_size;
	number = count(keys);
	if (number < 0)
		return fail("%s: %s", name, strerror(-number));
	printf("%ld\n", number);
	return EXIT_OK;
}

int cmd_entries(int argc, char **argv)
{
	const char *dir = NULL, *name;
	const struct option_value table[] = { { .name = "pin", .value = &dir }, {} };
	int first = options(argc, argv, table);
	struct keys keys = { .map = -1 };
	int status = EXIT_OK;

	if (first < 0)
		return EXIT_USAGE;
	if (argc - first < 2 || argc - first > 3 || !dir)
		return usage();
	name = argv[first + 1];
	keys.map = pin_open(dir, "map", name);
	if (keys.map < 0)
		return pin_missing(dir, "map", name);
	if (argc - first == 3)
		status = sandboxed_is_used()
				 ? ask_sandbox(argv[first], name, argv[first + 2], &keys)
				 : read_object(argv[first], dir, name, argv[first + 2], &keys);
	if (!status)
		status = print_count(&keys, name);
	close(keys.map);
	return status;
}
